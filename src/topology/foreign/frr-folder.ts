import { join } from 'node:path';
import { quote } from '../model/finding.js';
import { daemonNames } from '../model/fault-target.js';
import type { ForeignFrr, Placed, Surroundings } from './foreign-lab.js';
import type { PlacedReader } from './placed-reader.js';

/** Files of a folder that configure routing. */
const wholeConfigurations = ['frr.conf', 'Quagga.conf'];
const configurations = [...wholeConfigurations, ...daemonNames.map((daemon) => `${daemon}.conf`)];

/** Whether there is anything of a routing daemon in a folder. */
export function hasRouting(folder: string, { fileAt }: Surroundings): boolean {
  return ['daemons', ...configurations].some((file) => fileAt(join(folder, file)) !== undefined);
}

/** The files of a folder that configure routing, as they are read: the whole configuration counts before that of each daemon. */
export function configurationsIn(folder: string, { fileAt }: Surroundings): readonly string[] {
  const isThere = (file: string): boolean => fileAt(join(folder, file)) !== undefined;
  const whole = wholeConfigurations.find(isThere);
  const read = whole === undefined ? configurations : [whole];
  return ['daemons', ...read].map((file) => join(folder, file));
}

/** What a folder of Quagga configures; lines that FRRouting would not know are left out by name. */
export function quaggaInFolder(
  { value: folder, offset }: Placed<string>,
  { fileAt }: Surroundings,
  reader: PlacedReader,
): ForeignFrr {
  for (const file of configurations) {
    const [line] = /^\s*(?:no )?debug\s.*$/m.exec(fileAt(join(folder, file)) ?? '') ?? [];
    if (line !== undefined)
      reader.ignore(
        offset,
        `${quote(line.trim())}, and what else ${join(folder, file)} says of debugging,`,
        'what Quagga logs has other names in FRRouting, and changes no route',
      );
  }
  return { offset, at: { kind: 'folder', value: folder, offset }, daemons: undefined, quagga: { value: true, offset } };
}
