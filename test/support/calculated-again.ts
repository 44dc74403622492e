import type { ExecutionContext } from 'ava';
import { frrDoes } from '../../src/frr/differences.js';
import type { Lab } from '../../src/index.js';
import { inNode, settled } from './contract.js';

/** A route of IPv6 that a router lacks, or has otherwise; and what follows from it. */
const ofRoutes = /^(\S+): (?:no route to|route to) \S*:\S* ?|^\S+: answers from \S*:\S* are not steady yet$/;

/**
 * What a step lacks once ospf6d has calculated again at the routers that it names, where their FRRouting is one that may throw away
 * the best route that it has just found (decision 0190). With any other FRRouting, or where anything else is lacking, what was lacking.
 */
export async function lackingWhenCalculatedAgain(
  t: ExecutionContext,
  lab: Lab,
  { settled: isSettled, pending }: { readonly settled: boolean; readonly pending: readonly string[] },
): Promise<readonly string[]> {
  t.is(isSettled, pending.length === 0);
  if (pending.length === 0 || !pending.every((each) => ofRoutes.test(each))) return pending;
  const routers = new Set(pending.flatMap((each) => ofRoutes.exec(each)?.[1] ?? []));
  const { nodes } = await lab.inspect([]);
  const versions = nodes.filter(({ name }) => routers.has(name)).map(({ frrVersion = '0' }) => frrVersion);
  if (!versions.every((version) => frrDoes('losesBestRoute', version))) return pending;
  t.log(`calculated again: ${pending.join('; ')}`);
  const lines = ['configure terminal', 'router ospf6', 'maximum-paths 2', 'no maximum-paths'];
  for (const router of routers) await inNode(t, lab, router, ['vtysh', ...lines.flatMap((line) => ['-c', line])]);
  return (await lab.settle(settled.deadlineMs)).pending;
}
