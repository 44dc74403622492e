import type { LabPlan } from '../plan/model.js';
import { aftermaths, type Aftermath } from './after-failures.js';
import { targetOf } from './deciders.js';
import type { Catchment } from './prediction.js';

/** What can fail, as a command line names it. */
export interface Failure {
  readonly kind: 'node' | 'link' | 'instance';
  readonly target: string;
}

/** What a failure, or two at once, do to the clients. */
export interface Impact {
  readonly failures: readonly Failure[];
  /** By name: clients that lose the only answer that they had, or some of their flows do. */
  readonly unanswered: readonly string[];
  readonly moves: readonly ClientsMoved[];
  /** What each instance that is left gets; of all services, in their order. */
  readonly loads: readonly Load[];
}

/** What failures that leave the same catchments do, with how they rank. */
interface Effect extends Omit<Impact, 'failures'> {
  readonly harm: Harm;
}

interface Harm {
  readonly unanswered: number;
  readonly beyond: number;
  readonly moved: number;
}

/** Clients of a service that another instance answers, or some of their flows. */
interface ClientsMoved {
  readonly service: string;
  /** Null where nobody answered, or answers. */
  readonly from: readonly string[];
  readonly to: readonly string[];
  readonly clients: readonly string[];
}

export interface Load {
  readonly service: string;
  readonly instance: string;
  /** The demand that reaches it, before and after; a client's own is 1 where the file says nothing. */
  readonly before: number;
  readonly after: number;
  readonly capacity: number | null;
}

/** What is the same without a fraction that adding leaves. */
const NOTHING = 1e-9;

/** Everything that can fail by itself: nodes that do more than ask, links, and instances. A switch fails by its links. */
export function singleFailures(plan: LabPlan): readonly Failure[] {
  return [
    ...plan.nodes
      .filter(({ role, kind }) => role !== 'client' && kind !== 'switch')
      .map(({ name }): Failure => ({ kind: 'node', target: name })),
    ...plan.links.map((link): Failure => ({ kind: 'link', target: targetOf(link) })),
    ...plan.services.flatMap(({ name, instances }) =>
      instances.map((instance): Failure => ({ kind: 'instance', target: `${name}@${instance}` })),
    ),
  ];
}

/** All pairs of failures, each once. */
export function doubleFailures(plan: LabPlan): readonly (readonly [Failure, Failure])[] {
  const all = singleFailures(plan);
  return all.flatMap((first, index) => all.slice(index + 1).map((second) => [first, second] as const));
}

/** What each set of failures does, the most harmful first: by demand without an answer, beyond capacity, and moved. */
export function impactsOf(plan: LabPlan, sets: readonly (readonly Failure[])[]): readonly Impact[] {
  const after = aftermaths(plan);
  const before = after([]);
  // A link that only a client hangs on is part of nobody else's way.
  const clientAt = onlyLinksOfClients(plan);
  const known = new Map<Aftermath, Map<string, Effect>>();
  const effectOf = (failures: readonly Failure[]): Effect => {
    const targets = failures.map(({ target }) => target);
    const left = after(targets.filter((target) => !clientAt.has(target)));
    const cut = new Set(targets.flatMap((target) => clientAt.get(target) ?? []));
    const key = [...cut].join(' ');
    const ofThese = known.get(left) ?? new Map<string, Effect>();
    known.set(left, ofThese);
    const effect =
      ofThese.get(key) ??
      effectBetween(
        plan,
        before.catchments,
        plan.questions.map(({ client }, index) =>
          cut.has(client) ? new Map() : (left.catchments[index] ?? new Map()),
        ),
      );
    ofThese.set(key, effect);
    return effect;
  };
  return sets
    .map((failures) => ({ failures, effect: effectOf(failures) }))
    .sort(
      ({ effect: { harm: a } }, { effect: { harm: b } }) =>
        b.unanswered - a.unanswered || b.beyond - a.beyond || b.moved - a.moved,
    )
    .map(({ failures, effect: { unanswered, moves, loads } }) => ({ failures, unanswered, moves, loads }));
}

/** Whether nobody feels a failure. */
export function isHarmless({ unanswered, moves }: Impact): boolean {
  return unanswered.length === 0 && moves.length === 0;
}

/** The nodes that only ask, and have one link alone, by that link. */
function onlyLinksOfClients(plan: LabPlan): ReadonlyMap<string, string> {
  return new Map(
    plan.nodes.flatMap(({ name, role, interfaces: [only, ...others] }) =>
      role !== 'client' || only === undefined || others.length > 0 ? [] : [[only.link, name] as const],
    ),
  );
}

function effectBetween(plan: LabPlan, before: readonly Catchment[], after: readonly Catchment[]): Effect {
  const unanswered = new Set<string>();
  const moves = new Map<string, { service: string; from: string[]; to: string[]; clients: Set<string> }>();
  plan.questions.forEach(({ client, service }, index) => {
    const [was, is] = [before[index] ?? new Map<string, number>(), after[index] ?? new Map<string, number>()];
    if (answeredPart(is) < answeredPart(was) - NOTHING) unanswered.add(client);
    const isSame =
      was.size === is.size && [...was].every(([name, share]) => Math.abs((is.get(name) ?? 0) - share) < NOTHING);
    if (isSame) return;
    const [from, to] = [[...was.keys()], [...is.keys()]];
    const key = `${service} ${from.join(' ')} > ${to.join(' ')}`;
    const known = moves.get(key) ?? { service, from, to, clients: new Set<string>() };
    known.clients.add(client);
    moves.set(key, known);
  });
  const effect = {
    unanswered: [...unanswered].sort(),
    moves: [...moves.values()]
      .map(({ clients, ...move }) => ({ ...move, clients: [...clients].sort() }))
      .sort((a, b) => b.clients.length - a.clients.length),
    loads: loadsOf(plan, before, after),
  };
  return { ...effect, harm: harmOf(plan, effect) };
}

function answeredPart(catchment: Catchment): number {
  return [...catchment.values()].reduce((sum, share) => sum + share, 0);
}

/** A client's demand is shared evenly among the addresses of a service. */
function loadsOf(plan: LabPlan, before: readonly Catchment[], after: readonly Catchment[]): readonly Load[] {
  const demandOf = new Map(plan.nodes.map(({ name, demand }) => [name, demand ?? 1]));
  const loads = new Map<string, { before: number; after: number }>();
  const addressesOf = new Map(plan.services.map(({ name, addresses }) => [name, addresses.length]));
  plan.questions.forEach(({ client, service }, index) => {
    const demand = (demandOf.get(client) ?? 1) / (addressesOf.get(service) ?? 1);
    for (const [when, catchments] of [
      ['before', before],
      ['after', after],
    ] as const) {
      for (const [instance, share] of catchments[index] ?? []) {
        const key = `${service} ${instance}`;
        const load = loads.get(key) ?? { before: 0, after: 0 };
        load[when] += demand * share;
        loads.set(key, load);
      }
    }
  });
  return plan.services.flatMap(({ name: service, instances, capacity }) =>
    instances.map((instance) => ({
      service,
      instance,
      ...rounded(loads.get(`${service} ${instance}`) ?? { before: 0, after: 0 }),
      capacity: capacity?.[instance] ?? null,
    })),
  );
}

function rounded({
  before,
  after,
}: {
  readonly before: number;
  readonly after: number;
}): Pick<Load, 'before' | 'after'> {
  const round = (value: number): number => Math.round(value * 1e6) / 1e6;
  return { before: round(before), after: round(after) };
}

function harmOf(plan: LabPlan, { unanswered, moves, loads }: Omit<Impact, 'failures'>): Harm {
  const demandOf = new Map(plan.nodes.map(({ name, demand }) => [name, demand ?? 1]));
  const demand = (names: Iterable<string>): number =>
    [...names].reduce((sum, name) => sum + (demandOf.get(name) ?? 1), 0);
  return {
    unanswered: demand(unanswered),
    beyond: loads.reduce((sum, load) => sum + beyondCapacity(load), 0),
    moved: demand(new Set(moves.flatMap(({ clients }) => clients))),
  };
}

/** How much more an instance gets than it can take. */
export function beyondCapacity({ after, capacity }: Load): number {
  return capacity === null ? 0 : Math.max(0, after - capacity);
}
