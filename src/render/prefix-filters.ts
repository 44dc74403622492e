import { anycastPrefixes } from '../plan/bgp-policy.js';
import type { LabPlan, PlanNode, PlanSession } from '../plan/model.js';
import { addressBits } from '../support/ip.js';
import { familyOf } from '../support/family.js';
import type { PrefixRange } from '../topology/model/topology.js';

/**
 * The lists by which sessions filter. What a filter names passes; of all else, the prefixes that policies are for do
 * not, and those of links do, so that answers find their way.
 */
export function filterLists(plan: LabPlan, node: PlanNode): readonly string[] {
  const all = anycastPrefixes(plan);
  return (node.routing?.bgp?.sessions ?? []).flatMap((session) =>
    filtersOf(session).flatMap(({ name, ranges }) => {
      const list = `${session.family === 'ipv6' ? 'ipv6' : 'ip'} prefix-list ${name}`;
      const bits = addressBits(session.family);
      const others = all.filter(({ prefix }) => familyOf(prefix) === session.family);
      return [
        ...ranges.map(({ prefix, least, most }) => `${list} permit ${prefix}${lengths(prefix, least, most)}`),
        ...others.map(({ prefix, andLonger }) => `${list} deny ${prefix}${andLonger ? ` le ${String(bits)}` : ''}`),
        `${list} permit ${session.family === 'ipv6' ? '::/0' : '0.0.0.0/0'} le ${String(bits)}`,
      ];
    }),
  );
}

/** What a session does besides its route maps. */
export function filterLines(session: PlanSession): readonly string[] {
  const { defaultOriginate, allowAsIn, removePrivateAs } = session.policy;
  return [
    ...filtersOf(session).map(({ name, direction }) => `prefix-list ${name} ${direction}`),
    ...(defaultOriginate === true ? ['default-originate'] : []),
    ...(allowAsIn === undefined ? [] : [`allowas-in ${String(allowAsIn)}`]),
    ...(removePrivateAs === true ? ['remove-private-AS all'] : []),
  ];
}

function filtersOf({ neighbor, interface: device = '', family, policy }: PlanSession): readonly {
  readonly name: string;
  readonly direction: 'in' | 'out';
  readonly ranges: readonly PrefixRange[];
}[] {
  return (
    [
      ['in', 'from', policy.accept],
      ['out', 'to', policy.announce],
    ] as const
  ).flatMap(([direction, word, given]) => {
    const ranges = (given ?? []).filter(({ prefix }) => familyOf(prefix) === family);
    return ranges.length === 0 ? [] : [{ name: `only-${word}-${neighbor}-${device}`, direction, ranges }];
  });
}

function lengths(prefix: string, least: number, most: number): string {
  const own = Number(prefix.split('/')[1]);
  if (least === own && most === own) return '';
  return `${least === own ? '' : ` ge ${String(least)}`} le ${String(most)}`;
}
