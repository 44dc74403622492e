import { z } from 'zod';
import type { FaultKind } from '../../src/topology/model.js';
import { howsOfTarget } from '../../src/topology/target.js';

/* Steps, and what became of them, in the documents of `--json`. */

const text = z.string().min(1);
const milliseconds = z.number().nonnegative();
const count = z.int().nonnegative();

export const how = z.enum([...new Set(Object.values(howsOfTarget).flat())] as [FaultKind, ...FaultKind[]]);

const fate = z.enum(['answered', 'silent', 'loop', 'refused', 'unreachable']);
export const noise = z.object({
  sendGapMs: z.object({ median: milliseconds, p99: milliseconds, max: milliseconds }),
  calibratedGapMs: milliseconds,
  stealMs: milliseconds,
  cpuPressureMs: milliseconds.nullable(),
});

/** What a fault or a repair did. */
export const step = z.object({
  kind: z.literal('change'),
  action: z.enum(['fail', 'restore', 'together']),
  target: text,
  how,
  changes: z.array(
    z.object({
      client: text,
      service: text,
      address: text,
      before: text.nullable(),
      after: text.nullable(),
      switchMs: milliseconds.nullable(),
      outageMs: milliseconds.nullable(),
      lost: count,
      sent: count,
      maxSendGapMs: milliseconds,
      fates: z.partialRecord(fate.exclude(['answered']), z.int().positive()),
      wrong: count,
      duplicates: count,
      steadySinceMs: milliseconds.nullable(),
      watchedMs: milliseconds,
      phases: z.object({ detectionMs: milliseconds, propagationMs: milliseconds, installationMs: milliseconds, answerMs: milliseconds }).nullable(),
      isCollateral: z.boolean(),
    }),
  ),
  settled: z.boolean(),
  settleMs: milliseconds,
  resolutionMs: milliseconds,
  pending: z.array(text),
  atMs: milliseconds,
  flows: z.array(z.object({
    client: text,
    service: text,
    address: text,
    sourcePort: z.int().positive(),
    runs: z.array(z.object({ fate, instance: text.nullable(), fromMs: milliseconds, toMs: milliseconds, probes: z.int().positive() })),
    sentAtMs: z.array(milliseconds),
    rttMs: z.array(milliseconds.nullable()),
  })),
  events: z.array(z.object({
    atMs: milliseconds,
    kind: z.enum(['fault', 'repair', 'link', 'route', 'daemon', 'service']),
    node: text.nullable(),
    text,
    prefix: text.optional(),
  })),
  noise,
});

/** What a step saw that changes nothing. */
const look = z.object({
  kind: z.literal('look'),
  action: z.enum(['expect', 'wait-for', 'probe']),
  target: z.string(),
  atMs: milliseconds,
  heldMs: milliseconds.nullable(),
  seen: z.array(z.object({
    client: text,
    service: text.nullable(),
    address: z.string(),
    instance: text.nullable(),
    rttMs: milliseconds.nullable(),
    path: z.array(text.nullable()).optional(),
    cost: z.number().nullable().optional(),
    fate: fate.optional(),
    status: z.int().nullable().optional(),
    output: z.string().optional(),
  })),
});
export const report = z.discriminatedUnion('kind', [step, look]);

export const verdict = z.object({ text, verdict: z.enum(['pass', 'fail', 'inconclusive']), seen: text.optional(), measured: z.number().optional() });
export const testedStep = z.object({ title: text, report, verdicts: z.array(verdict), capture: text.optional() });

/** What a step did to each flow; nothing, where it only looked. */
export function changesOf<C>(of: { readonly kind: 'change'; readonly changes: readonly C[] } | { readonly kind: 'look' } | undefined): readonly C[] {
  return of?.kind === 'change' ? of.changes : [];
}
