import type { Walk } from '../forecast/forecast-model.js';
import type { LabPlan, PlanLink, PlanNode, Question } from '../plan/model.js';
import { segmentsOf } from '../plan/segments.js';

/**
 * The targets, as a command line names them, that walks depend on: as long as none of them fails, all walks stay as they are,
 * whatever else fails. Undefined for a plan of which this cannot be said.
 *
 * Where costs alone decide, a failure makes ways dearer, and none cheaper. So one that is on none of the best ways leaves them the
 * best, and no other becomes as good. BGP is not like that: a route that is not used may keep another one from being used (RFC 4271
 * section 9.1.2.2, by MED), and there may be several stable states. Nor are static routes, nor routers that choose.
 */
export function decidersIn(plan: LabPlan): ((walks: readonly Walk[]) => ReadonlySet<string>) | undefined {
  if (!costsDecide(plan)) return undefined;
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]));
  const segments = segmentsBetween(plan);
  return (walks) => {
    const deciders = new Set<string>();
    const done = new Set<string>();
    plan.questions.forEach((question, index) => {
      const { start, hops } = walks[index] ?? {};
      // Its other links, too: by which one it sends depends on all of them.
      deciders.add(question.client);
      for (const each of segments.at(question.client)) for (const target of each) deciders.add(target);
      const key = `${start ?? ''} ${question.service} ${question.address}`;
      if (start === undefined || hops === undefined || done.has(key)) return;
      done.add(key);
      for (const target of decidersFrom(start, hops, question)) deciders.add(target);
    });
    return deciders;
  };

  function* decidersFrom(start: string, hops: Walk['hops'], question: Question): Iterable<string> {
    for (const node of visitedFrom(start, hops)) {
      const { ends, next } = hops(node);
      const served = [...ends.map(({ instance }) => instance), ...announcedAt(nodes.get(node), question)];
      for (const instance of served) yield* [instance, `${question.service}@${instance}`];
      for (const other of [...served, ...next.map((each) => each.node)])
        for (const segment of segments.shared(node, other)) yield* segment;
    }
  }
}

function costsDecide({ nodes, steering }: LabPlan): boolean {
  return (
    (steering?.selectors ?? []).length === 0 &&
    nodes.every(({ routing }) => routing?.bgp === undefined && (routing?.statics ?? []).length === 0)
  );
}

function visitedFrom(start: string, hops: Walk['hops']): ReadonlySet<string> {
  const visited = new Set([start]);
  for (const node of visited) for (const next of hops(node).next) visited.add(next.node);
  return visited;
}

/** The instances that a router announces the address of a question for, though it may not reach them now: then it keeps packets. */
function announcedAt(node: PlanNode | undefined, { address }: Question): readonly string[] {
  return (node?.routing?.announcesFor ?? []).filter((each) => each.address === address).map(({ instance }) => instance);
}

/** The links and nodes of the segments that a node is on, and of those that two nodes share: all at which one of them can break. */
function segmentsBetween(plan: LabPlan): {
  readonly at: (node: string) => readonly (readonly string[])[];
  readonly shared: (a: string, b: string) => readonly (readonly string[])[];
} {
  const switches = new Set(plan.nodes.filter(({ kind }) => kind === 'switch').map(({ name }) => name));
  const targets: (readonly string[])[] = [];
  const byNode = new Map<string, Set<number>>();
  for (const { index, links, members } of segmentsOf(plan.links, switches)) {
    targets[index] = [...new Set(links.flatMap((link) => [targetOf(link), ...link.ends.map(({ node }) => node)]))];
    for (const { node } of members) {
      const known = byNode.get(node);
      if (known === undefined) byNode.set(node, new Set([index]));
      else known.add(index);
    }
  }
  const indexesAt = (node: string): readonly number[] => [...(byNode.get(node) ?? [])];
  return {
    at: (node) => indexesAt(node).map((index) => targets[index] ?? []),
    shared: (a, b) =>
      indexesAt(a)
        .filter((index) => byNode.get(b)?.has(index) === true)
        .map((index) => targets[index] ?? []),
  };
}

/** How a command line names a link: by its nodes, or by one of its ends where others are between them too. */
export function targetOf({ id, ends: [end, other] }: PlanLink): string {
  return id === `${end.node}/${other.node}` ? id : `${end.node}:${end.interface}`;
}
