import { hostPrefix } from '../plan/addressing.js';
import type { PlanNode, PlanRouting } from '../plan/model.js';
import type { NodeFiles } from '../render/render.js';

/** Lines that have a meaning in a node of nearcast only: its logs, and how its agent reads them. */
const ownLines = /^(?:hostname |log |debug bfd peer$)/;

/** One configuration for all daemons of a node, with the addresses of its interfaces. */
export function integratedConfiguration(node: PlanNode, routing: PlanRouting, files: NodeFiles): string {
  // The user's own, whole.
  if (routing.own !== undefined) return `${(routing.extraLines ?? '').trimEnd()}\n`;
  const daemons = ['zebra', ...routing.daemons.filter((daemon) => daemon !== 'zebra')];
  const parts = daemons.map((daemon) =>
    (files[`${daemon}.conf`] ?? '')
      .split('\n')
      .filter((line) => line !== '' && !ownLines.test(line))
      // Daemons have a name each for what they announce; in one configuration, two maps of one name would be one.
      .map((line) => `${daemon === 'ospf6d' ? line.replace(/\broute-map (\S+)/, 'route-map $1-ipv6') : line}\n`)
      .join(''),
  );
  return [
    'frr defaults traditional\n',
    `hostname ${node.name}\n`,
    'service integrated-vtysh-config\n',
    interfaceBlock('lo', [...node.loopbacks, ...node.serves.map((address) => hostPrefix(address))]),
    ...node.interfaces.map(({ name, addresses }) => interfaceBlock(name, addresses)),
    ...parts,
    routing.extraLines === undefined ? '' : `${routing.extraLines.trimEnd()}\n`,
  ].join('');
}

/** The file that says which daemons FRRouting starts. */
export function daemonsFile({ daemons }: PlanRouting): string {
  return [...daemons.map((daemon) => `${daemon}=yes\n`), 'vtysh_enable=yes\n'].join('');
}

function interfaceBlock(name: string, addresses: readonly string[]): string {
  if (addresses.length === 0) return '';
  const lines = addresses.map((address) => ` ${address.includes(':') ? 'ipv6' : 'ip'} address ${address}\n`);
  return `interface ${name}\n${lines.join('')}exit\n`;
}
