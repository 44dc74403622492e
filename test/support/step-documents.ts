import { z } from 'zod';
import { kindsOfFault } from '../../src/topology/model/fault.js';

/* The documents of verbs that break, restore and judge: what a step saw, and what a test came to. */

export const text = z.string().min(1);
export const milliseconds = z.number().nonnegative();
export const count = z.int().nonnegative();

export const how = z.enum(kindsOfFault);

export const answer = z.object({
  client: text,
  service: text,
  address: text,
  instance: text.nullable(),
  cost: z.number().nullable(),
  path: z.array(text.nullable()),
  rttMs: milliseconds.nullable(),
});

export const problem = z.object({
  file: text,
  line: z.int().positive(),
  column: z.int().positive(),
  code: text,
  message: text,
  hint: text,
});

const fate = z.enum(['answered', 'silent', 'loop', 'refused', 'unreachable']);
const noise = z.object({
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
      phases: z
        .object({
          detectionMs: milliseconds,
          propagationMs: milliseconds,
          installationMs: milliseconds,
          answerMs: milliseconds,
        })
        .nullable(),
      isCollateral: z.boolean(),
    }),
  ),
  settled: z.boolean(),
  settleMs: milliseconds,
  resolutionMs: milliseconds,
  pending: z.array(text),
  atMs: milliseconds,
  flows: z.array(
    z.object({
      client: text,
      service: text,
      address: text,
      sourcePort: z.int().positive(),
      runs: z.array(
        z.object({
          fate,
          instance: text.nullable(),
          fromMs: milliseconds,
          toMs: milliseconds,
          probes: z.int().positive(),
        }),
      ),
      sentAtMs: z.array(milliseconds),
      rttMs: z.array(milliseconds.nullable()),
    }),
  ),
  events: z.array(
    z.object({
      atMs: milliseconds,
      kind: z.enum(['fault', 'repair', 'link', 'route', 'daemon', 'service']),
      node: text.nullable(),
      text,
      prefix: text.optional(),
    }),
  ),
  noise,
  connections: z
    .object({
      open: count,
      broken: count,
      each: z.array(z.object({ service: text, address: text, open: count, broken: count })),
    })
    .optional(),
});

/** What a step saw that changes nothing. */
const look = z.object({
  kind: z.literal('look'),
  action: z.enum(['expect', 'wait-for', 'probe', 'publish']),
  target: z.string(),
  atMs: milliseconds,
  heldMs: milliseconds.nullable(),
  seen: z.array(
    z.object({
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
    }),
  ),
});
const report = z.discriminatedUnion('kind', [step, look]);

const verdict = z.object({
  text,
  verdict: z.enum(['pass', 'fail', 'inconclusive']),
  seen: text.optional(),
  measured: z.number().optional(),
  points: z.number().optional(),
});
const testedStep = z.object({ title: text, report, verdicts: z.array(verdict), capture: text.optional() });

export const tested = z.object({
  passed: count,
  failed: count,
  inconclusive: count,
  errors: count,
  results: z.array(
    z.object({
      topology: text,
      title: text.optional(),
      startedAt: z.iso.datetime(),
      network: z.object({
        nodes: z.array(
          z.object({
            name: text,
            kind: z.enum(['router', 'host', 'switch']),
            role: z.enum(['instance', 'client', 'host', 'transit']),
          }),
        ),
        links: z.array(z.object({ a: text, b: text, cost: count })),
      }),
      verdicts: z.array(verdict),
      answers: z.array(answer),
      steps: z.array(testedStep),
      noise: noise.nullable(),
      runs: count,
      percentiles: z.array(
        z.object({
          text,
          unit: z.enum(['ms', 'probes']),
          values: z.array(z.number()),
          p50: z.number(),
          p90: z.number(),
          p99: z.number(),
          max: z.number(),
        }),
      ),
      timings: z.object({
        upMs: milliseconds,
        scenarioMs: milliseconds,
        downMs: milliseconds,
        waitingMs: milliseconds,
      }),
      error: z.object({ code: text, message: text, hint: text.optional() }).optional(),
      problems: z.array(problem).optional(),
    }),
  ),
});

export const graded = z.object({
  scenario: text,
  title: text.optional(),
  scenarioSha256: text,
  outOf: count,
  submissions: z.array(
    z.object({
      submission: text,
      file: text.optional(),
      sha256: text.optional(),
      passed: count,
      failed: count,
      inconclusive: count,
      points: count,
      outOf: count,
      wentWrongFirst: text.optional(),
      isMachines: z.boolean(),
      startedAt: z.iso.datetime(),
      verdicts: z.array(verdict),
      timings: z.object({
        upMs: milliseconds,
        scenarioMs: milliseconds,
        downMs: milliseconds,
        waitingMs: milliseconds,
      }),
      error: z.object({ code: text, message: text, hint: text.optional() }).optional(),
      problems: z.array(problem).optional(),
    }),
  ),
});

export const up = z.object({
  lab: text,
  topology: text,
  runtime: z.enum(['netns', 'docker']),
  nodes: count,
  links: count,
  timings: z.object({
    deployMs: milliseconds,
    convergeMs: milliseconds,
    quietMs: milliseconds.optional(),
    totalMs: milliseconds,
  }),
  answers: z.array(answer),
  expectations: z.array(verdict),
  steps: z.array(report),
});
