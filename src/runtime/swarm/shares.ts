import type { LabPlan } from '../../plan/model.js';

/** Which machine each node is on: equal shares of nodes that are close to each other. */
export function shareOut(plan: LabPlan, machines: readonly string[]): Readonly<Record<string, string>> {
  const order = nearToNear(plan);
  const size = Math.ceil(order.length / machines.length);
  return Object.fromEntries(order.map((node, index) => [node, machines[Math.floor(index / size)] ?? ''] as const));
}

/** All nodes, each as near as can be to those before it. */
function nearToNear({ nodes, links }: LabPlan): readonly string[] {
  const neighbors = new Map(nodes.map(({ name }) => [name, [] as string[]]));
  for (const { ends } of links) {
    neighbors.get(ends[0].node)?.push(ends[1].node);
    neighbors.get(ends[1].node)?.push(ends[0].node);
  }
  const seen = new Set<string>();
  const visit = (from: string): void => {
    const waiting = [from];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      if (seen.has(node)) continue;
      seen.add(node);
      // Those with few neighbors first: a host stays with its router.
      waiting.push(
        ...(neighbors.get(node) ?? [])
          .filter((each) => !seen.has(each))
          .sort((a, b) => (neighbors.get(b)?.length ?? 0) - (neighbors.get(a)?.length ?? 0)),
      );
    }
  };
  for (const { name } of nodes) if (!seen.has(name)) visit(name);
  return [...seen];
}
