import type { PlanNode, PlanSession } from '../plan/model.js';
import { familyOf } from '../support/family.js';
import type { PolicyException, RoutePolicy } from '../topology/model/topology.js';

/** The lists by which route maps know the routes that a policy treats otherwise, and what they take off. */
export function exceptionLists(node: PlanNode): readonly string[] {
  const word = (prefix: string): string => (familyOf(prefix) === 'ipv6' ? 'ipv6' : 'ip');
  return [
    ...prefixesOf(node).map((prefix) => `${word(prefix)} prefix-list ${listOf(node, { prefix })} permit ${prefix}`),
    ...communitiesOf(node).map(
      (community) => `bgp community-list standard ${listOf(node, { community })} permit ${community}`,
    ),
    ...stripped(node).flatMap((list, i) =>
      list.split(' ').map((community) => `bgp community-list standard strip${String(i + 1)} permit ${community}`),
    ),
  ];
}

/** The exceptions of one direction that a session can meet, with the lines that match their routes. */
export function exceptionMatches(
  node: PlanNode,
  { family }: PlanSession,
  { except = [] }: RoutePolicy,
  on: PolicyException['on'],
): readonly (PolicyException & { readonly matches: readonly string[] })[] {
  const address = `match ${family === 'ipv6' ? 'ipv6' : 'ip'} address prefix-list`;
  return except
    .filter((each) => each.on === on && (each.prefix === undefined || familyOf(each.prefix) === family))
    .map((each) => ({
      ...each,
      matches:
        each.prefix === undefined
          ? [`${address} anycast`, `match community ${listOf(node, each)}`]
          : [`${address} ${listOf(node, each)}`],
    }));
}

/** What a route map is called by that has exceptions, or takes communities off: alike only where these are the same. */
export function exceptionWords(node: PlanNode, policy: RoutePolicy, on: PolicyException['on']): readonly string[] {
  const keyOf = ({ except = [] }: RoutePolicy): string => JSON.stringify(except.filter((each) => each.on === on));
  const all = [...new Set(policiesOf(node).map(keyOf))].filter((key) => key !== '[]');
  const key = keyOf(policy);
  return [
    ...(on === 'received' || policy.strip === undefined ? [] : [stripWord(node, policy.strip)]),
    ...(key === '[]' ? [] : [`except${String(all.indexOf(key) + 1)}`]),
  ];
}

/** What takes communities off before new ones are added; those that replace all others do so themselves. */
export function stripLines(node: PlanNode, { strip, communities = [] }: RoutePolicy): readonly string[] {
  if (strip === undefined) return [];
  if (strip === 'all') return communities.length === 0 ? ['set community none'] : [];
  return [`set comm-list ${stripWord(node, strip)} delete`];
}

function stripWord(node: PlanNode, strip: 'all' | readonly string[]): string {
  return strip === 'all' ? 'stripall' : `strip${String(stripped(node).indexOf(strip.join(' ')) + 1)}`;
}

function stripped(node: PlanNode): readonly string[] {
  return [
    ...new Set(
      policiesOf(node).flatMap(({ strip }) => (strip === undefined || strip === 'all' ? [] : [strip.join(' ')])),
    ),
  ];
}

function listOf(node: PlanNode, { prefix, community }: Pick<PolicyException, 'prefix' | 'community'>): string {
  return prefix === undefined
    ? `when${String(communitiesOf(node).indexOf(community ?? '') + 1)}`
    : `except${String(prefixesOf(node).indexOf(prefix) + 1)}`;
}

function prefixesOf(node: PlanNode): readonly string[] {
  return [...new Set(exceptionsOf(node).flatMap(({ prefix }) => prefix ?? []))];
}

function communitiesOf(node: PlanNode): readonly string[] {
  return [...new Set(exceptionsOf(node).flatMap(({ community }) => community ?? []))];
}

function exceptionsOf(node: PlanNode): readonly PolicyException[] {
  return policiesOf(node).flatMap(({ except = [] }) => except);
}

function policiesOf({ routing }: PlanNode): readonly RoutePolicy[] {
  return (routing?.bgp?.sessions ?? []).map(({ policy }) => policy);
}
