import { LabError } from '../errors.js';
import type { Lab } from '../lab/lab.js';
import type { LabPlan } from '../plan/model.js';
import { protocolsOf } from '../plan/protocols.js';
import type { Inside } from './moments.js';

/** The end of a log is what matters. */
const MOST_LOG_CHARACTERS = 8000;

/** What FRR says of the neighbors, by protocol. */
const neighborCommands = {
  ospfv2: 'show ip ospf neighbor',
  ospfv3: 'show ipv6 ospf6 neighbor',
  isis: 'show isis neighbor',
  bgp: 'show bgp summary',
} as const;

/** Addresses, routes, neighbors, processes and logs of a node. LabError NODE_UNKNOWN. */
export async function lookInside(lab: Lab, plan: LabPlan, name: string): Promise<Inside> {
  const node = plan.nodes.find((each) => each.name === name);
  if (node === undefined) throw new LabError('NODE_UNKNOWN', `there is no node "${name}" in this lab`);
  const { nodes, routes } = await lab.inspect([name]);
  const state = nodes.find((each) => each.name === name)?.state ?? 'up';
  if (state !== 'up' || node.kind === 'switch') return { state, parts: [] };
  const run = async (title: string, argv: readonly string[]): Promise<Inside['parts'][number]> => {
    const { stdout, stderr } = await lab.exec(name, argv);
    return { title, text: (stdout === '' ? stderr : stdout).trim() };
  };
  const spoken = node.routing === undefined ? [] : protocolsOf(node.routing);
  const services = routes.map(({ address, alternatives, installed }) => {
    const known = alternatives.map(({ instance, cost }) => `${instance} at ${String(cost)}`).join(', ');
    const by = installed.map((hop) => hop.node ?? hop.via).join(', ');
    return `${address}  ${by === '' ? 'no route' : `via ${by}`}${known === '' ? '' : `; knows ${known}`}`;
  });
  const [addresses, v4, v6, processes, logs, ...neighbors] = await Promise.all([
    run('Addresses', ['ip', '-br', 'address']),
    run('Routes', ['ip', 'route']),
    run('IPv6 routes', ['ip', '-6', 'route']),
    run('Processes', ['ps', '-eo', 'pid,etime,args']),
    lab.logs(name),
    ...spoken.map((protocol) => run(`Neighbors (${protocol})`, ['vtysh', '-c', neighborCommands[protocol]])),
  ]);
  const log = logs.map(({ source, text }) => `${source}:\n${text.slice(-MOST_LOG_CHARACTERS).trim()}`).join('\n\n');
  return {
    state,
    parts: [
      ...(services.length === 0 ? [] : [{ title: 'Routes to services', text: services.join('\n') }]),
      addresses,
      v4,
      v6,
      ...neighbors,
      processes,
      { title: 'Log', text: log },
    ].filter(({ text }) => text !== ''),
  };
}
