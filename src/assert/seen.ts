import { overEqual } from '../measure/over-flows.js';
import type { AskedFlows } from '../protocol/observations.js';
import type { Sighting } from '../protocol/sighting.js';
import type { Subject } from '../topology/model/step.js';
import { shareText } from './judged-flows.js';

/** One query and what came back, of a catchment map or of any kind of probe. */
export interface Seen
  extends
    Pick<Sighting, 'client' | 'service' | 'address' | 'instance' | 'rttMs' | 'equal'>,
    Partial<Pick<Sighting, 'kind' | 'path' | 'cost' | 'fate' | 'status' | 'output' | 'replies'>> {
  /** Of all flows of the question together. */
  readonly flows?: AskedFlows | undefined;
}

/** One flow of a look, or several that came to the same. */
export interface SeenFlow extends Omit<Seen, 'flows'> {
  readonly count: number;
  readonly of: number;
}

/** Every flow of what was seen by itself. */
export function eachFlow(seen: readonly Seen[]): readonly SeenFlow[] {
  const keyOf = ({ kind, client, address }: Seen): string => `${kind ?? ''} ${client} ${address}`;
  const counts = new Map<string, number>();
  for (const each of seen) counts.set(keyOf(each), (counts.get(keyOf(each)) ?? 0) + 1);
  return seen.flatMap((each): readonly SeenFlow[] => {
    const { flows, ...one } = each;
    if (flows === undefined) return [{ ...one, count: 1, of: counts.get(keyOf(each)) ?? 1 }];
    const { ways, risk } = flows;
    return flows.paths.map((path) => ({
      ...one,
      instance: path.instance,
      path: path.path,
      cost: path.cost,
      equal: { ways, risk },
      count: path.flows,
      of: flows.asked,
    }));
  });
}

/** Each text once, with how many of the flows it holds for. */
export function tellEach(flows: readonly SeenFlow[], tell: (flow: SeenFlow) => string): readonly string[] {
  const groups = new Map<string, { text: string; count: number; of: number }>();
  for (const flow of flows) {
    const [text, key] = [tell(flow), JSON.stringify([flow.client, flow.address, tell(flow)])];
    groups.set(key, { text, count: (groups.get(key)?.count ?? 0) + flow.count, of: flow.of });
  }
  return [...groups.values()].map(({ text, count, of }) => `${text}${shareText(count, of)}`);
}

/** Flows over all equal-cost paths as one, with the number of each result; the others as they are. */
export function withoutRepeats(seen: readonly Seen[]): readonly Seen[] {
  const keyOf = ({ client, address }: Seen): string => `${client} ${address}`;
  const groups = new Map<string, Seen[]>();
  for (const each of seen.filter(({ equal }) => equal !== undefined))
    groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
  return seen.flatMap((each): readonly Seen[] => {
    const { equal } = each;
    if (equal === undefined) return [each];
    const group = groups.get(keyOf(each)) ?? [];
    if (group[0] !== each) return [];
    const { equal: _, ...all } = overEqual(
      group.map((flow) => ({ ...flow, path: flow.path ?? [], cost: flow.cost ?? null })),
      equal.ways,
      equal.risk,
    );
    return [all];
  });
}

/** What an expectation is about, at the end of its text: ` for dns`; nothing where it is about every service. */
export function ofSubject({ to }: Subject): string {
  return to === undefined ? '' : ` for ${to}`;
}

/** Where something was seen: its address, with its service where what was looked at is of several. */
export function placeOf(
  { service, address }: { readonly service: string | null; readonly address: string },
  among: readonly { readonly service: string | null }[],
): string {
  const isOfOne = service === null || among.every((each) => each.service === null || each.service === service);
  return isOfOne ? address : `${service} (${address})`;
}
