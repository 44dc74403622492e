import { join } from 'node:path';
import { quote } from '../model/finding.js';
import { alternatives } from '../../support/suggest.js';
import type { ForeignFrr, Placed, Surroundings } from './foreign-lab.js';
import type { PlacedReader } from './placed-reader.js';

const daemons = [
  'zebra',
  'staticd',
  'bgpd',
  'ospfd',
  'ospf6d',
  'isisd',
  'ripd',
  'ripngd',
  'bfdd',
  'pimd',
  'ldpd',
  'eigrpd',
];

/** What a folder of FRRouting configures: one file for all daemons, or that of the only daemon that has one. */
export function frrInFolder(
  { value: folder, offset }: Placed<string>,
  { fileAt }: Surroundings,
  reader: PlacedReader,
): Pick<ForeignFrr, 'at' | 'daemons'> {
  const has = (file: string): boolean => fileAt(join(folder, file)) !== undefined;
  const own = has('frr.conf') ? [] : daemons.map((daemon) => `${daemon}.conf`).filter(has);
  const [only, ...more] = own;
  if (only === undefined) return { at: { kind: 'folder', value: folder, offset }, daemons: undefined };
  if (more.length > 0)
    reader.refuse(
      offset,
      `${quote(folder)} has a configuration for each daemon: ${alternatives(own, 'and')}`,
      'join them into one, frr.conf, in the same folder',
    );
  const path = has('daemons') ? join(folder, 'daemons') : undefined;
  return {
    at: { kind: 'file', value: join(folder, only), offset },
    daemons: path === undefined ? undefined : { value: path, offset },
  };
}
