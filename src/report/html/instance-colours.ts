import type { TestReport } from '../../scenario/test-report.js';

interface Colour {
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
];

/** Which class an instance's colour has. */
export interface InstanceColours {
  readonly classOf: (instance: string) => string;
  /** Every instance, sorted by name; those that answered without being one come last. */
  readonly names: readonly string[];
}

/**
 * The same names give the same colours: they are handed out in the order of the names, and again from the first after
 * the last.
 */
export function instanceColours({
  network,
  answers,
  steps,
}: Pick<TestReport, 'network' | 'answers' | 'steps'>): InstanceColours {
  const known = network.nodes.filter(({ role }) => role === 'instance').map(({ name }) => name);
  const seen = [
    ...answers.map(({ instance }) => instance),
    ...steps.flatMap(({ report }) =>
      report.kind === 'look'
        ? report.seen.map(({ instance }) => instance)
        : [
            ...report.flows.flatMap(({ runs }) => runs.map(({ instance }) => instance)),
            ...report.changes.flatMap((change) => [change.before, change.after]),
          ],
    ),
  ].filter((instance) => instance !== null);
  const names = [...new Set([...[...new Set(known)].sort(), ...[...new Set(seen)].sort()])];
  const classes = new Map(names.map((name, nth) => [name, `i${String(nth % palette.length)}`]));
  return { names, classOf: (instance) => classes.get(instance) ?? 'i0' };
}

export function colourRules(): string {
  return palette.map(({ fill, ink }, nth) => `.i${String(nth)}{--fill:${fill};--ink:${ink}}`).join('\n');
}
