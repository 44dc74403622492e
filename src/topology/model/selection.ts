/** How a router chooses among the instances of a service that it knows, whatever they cost. */
export const selections = ['nearest', 'hash', 'random', 'round-robin', 'load'] as const;

export type Selection = (typeof selections)[number];

/** Chooses for every packet anew: no connection survives it. */
export function isPerPacket(selection: Selection): selection is 'random' | 'round-robin' {
  return selection === 'random' || selection === 'round-robin';
}
