import type { Course } from './course.js';
import type { Network } from './network.js';

export interface Colour {
  readonly fill: string;
  /** For text on it: at least 4.5:1. */
  readonly ink: string;
}

const DARK = '#15171c';

/**
 * Hues that stay apart for people who do not see red or green, by their lightness too (after M. Okabe and K. Ito,
 * "Color Universal Design"), a little calmer. They are used on white and on black; names stand beside them everywhere.
 */
export const palette: readonly Colour[] = [
  { fill: '#1f6fb2', ink: '#ffffff' },
  { fill: '#eaa83a', ink: DARK },
  { fill: '#2fa583', ink: DARK },
  { fill: '#cf8db4', ink: DARK },
  { fill: '#7cc4ec', ink: DARK },
  { fill: '#df7a45', ink: DARK },
  { fill: '#e9df6d', ink: DARK },
  { fill: '#6d5bb0', ink: '#ffffff' },
  { fill: '#b5335f', ink: '#ffffff' },
  { fill: '#93a23a', ink: DARK },
  { fill: '#8c5a3c', ink: '#ffffff' },
  { fill: '#5d7482', ink: '#ffffff' },
];

/** Which class an instance's colour has. */
export interface InstanceColours {
  /** Its place in the palette. */
  readonly numberOf: (instance: string) => number;
  readonly classOf: (instance: string) => string;
  /** Every instance, sorted by name; those that answered without being one come last. */
  readonly names: readonly string[];
}

/**
 * The same names give the same colours: they are handed out in the order of the names, and again from the first after
 * the last. `seen` are those that answered, instances or not.
 */
export function instanceColours(
  { nodes }: Pick<Network, 'nodes'>,
  seen: readonly (string | null)[] = [],
): InstanceColours {
  const known = nodes.filter(({ role }) => role === 'instance').map(({ name }) => name);
  const others = seen.filter((instance) => instance !== null);
  const names = [...new Set([...[...new Set(known)].sort(), ...[...new Set(others)].sort()])];
  const numbers = new Map(names.map((name, nth) => [name, nth % palette.length]));
  const numberOf = (instance: string): number => numbers.get(instance) ?? 0;
  return { names, numberOf, classOf: (instance) => `i${String(numberOf(instance))}` };
}

/** Colours for all that answer in some courses, now or before. */
export function coloursOfCourses(network: Network, courses: readonly Course[]): InstanceColours {
  return instanceColours(
    network,
    courses.map(({ instance }) => instance),
  );
}

/** The colour of an instance itself. */
export function colourOf(instance: string, colours: InstanceColours): Colour {
  return palette[colours.numberOf(instance)] ?? { fill: '#5c616b', ink: '#ffffff' };
}

export function colourRules(): string {
  return palette.map(({ fill, ink }, nth) => `.i${String(nth)}{--fill:${fill};--ink:${ink}}`).join('\n');
}
