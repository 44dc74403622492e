import type { LabPlan } from '../../plan/model.js';

/** The links of a machine that lead to other machines: the number of the other machine by the link's place in the plan. */
export function trunksOf(
  { links }: Pick<LabPlan, 'links'>,
  machineOf: Readonly<Record<string, string>>,
  machines: readonly string[],
  own: number,
): Readonly<Record<number, number>> {
  const numberOf = (node: string): number => machines.indexOf(machineOf[node] ?? '');
  return Object.fromEntries(
    links.flatMap(({ ends: [a, b] }, link): readonly (readonly [number, number])[] => {
      const [at, to] = [numberOf(a.node), numberOf(b.node)];
      if (at === to || (at !== own && to !== own)) return [];
      return [[link, at === own ? to : at]];
    }),
  );
}
