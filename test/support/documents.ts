import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { z } from 'zod';
import type { Answer } from '../../src/index.js';
import { document, type RunOptions } from './lab-cli.js';
import { checkout, type Sandbox } from './sandbox.js';
import { answer, count, how, milliseconds, problem, text } from './step-documents.js';

/**
 * The documents of `--json`, field by field as docs/json.md has them. A key less, or one of another type, is a failure;
 * so is a key more that is not documented.
 */
export const who = z.object({ lab: text, answers: z.array(answer) });

export const list = z.object({
  labs: z.array(
    z.object({
      lab: text,
      topology: text,
      runtime: z.enum(['netns', 'docker']),
      nodes: count,
      startedAt: z.iso.datetime(),
      phase: z.enum(['deploying', 'up', 'dead', 'broken']),
    }),
  ),
});

export const down = z.object({ removed: z.array(text) });

export const inspect = z.object({
  lab: text,
  topology: text,
  nodes: z.array(
    z.object({
      name: text,
      kind: z.enum(['router', 'host', 'switch']),
      role: z.enum(['instance', 'client', 'host', 'transit']),
      routing: z.boolean(),
      state: z.enum(['up', 'crashed', 'frozen']),
      interfaces: z.array(z.object({ name: text, up: z.boolean(), addresses: z.array(text) })),
      processes: count,
      residentMb: z.number().nonnegative(),
    }),
  ),
  faults: z.array(z.object({ target: text, how })),
  routes: z.array(
    z.object({
      router: text,
      service: text,
      address: text,
      alternatives: z.array(z.object({ instance: text, cost: z.number() })),
      paths: z.array(
        z.object({
          prefix: text,
          via: text.nullable(),
          asPath: z.string(),
          localPreference: z.number().nullable(),
          med: z.number().nullable(),
          communities: z.array(text),
          best: z.boolean(),
          reason: text.nullable(),
        }),
      ),
      installed: z.array(z.object({ via: text, interface: text, node: text.nullable() })),
    }),
  ),
  announcements: z.array(z.object({ service: text, instance: text, serving: z.boolean(), announced: z.boolean() })),
});

export const probe = z.object({
  lab: text,
  series: z.array(
    z.object({
      client: text,
      service: text,
      address: text,
      sourcePort: z.int().positive(),
      sent: count,
      lost: count,
      rttMs: z.object({ median: milliseconds, max: milliseconds }).nullable(),
      maxSendGapMs: milliseconds,
      runs: z.array(
        z.object({ instance: text.nullable(), fromMs: milliseconds, toMs: milliseconds, probes: z.int().positive() }),
      ),
    }),
  ),
});

export const round = z.object({
  lab: text,
  seen: z.array(
    z.object({
      kind: z.enum(['dns', 'udp', 'tcp', 'http', 'icmp', 'poll', 'trace']),
      client: text,
      service: text.nullable(),
      address: text,
      sourcePort: z.int().positive().nullable(),
      atMs: milliseconds,
      fate: z.enum(['answered', 'silent', 'loop', 'refused', 'unreachable']),
      instance: text.nullable(),
      rttMs: milliseconds.nullable(),
      status: z.int().nullable(),
      output: z.string(),
      path: z.array(text.nullable()),
      cost: z.number().nullable(),
      replies: z.array(text).optional(),
    }),
  ),
});

export const capture = z.object({ lab: text, file: text, packets: count, dropped: count });

export const exec = z.object({
  lab: text,
  node: text,
  exitCode: z.int().nullable(),
  stdout: z.string(),
  stderr: z.string(),
});

export const validate = z.object({
  valid: z.boolean(),
  problems: z.array(problem),
  remarks: z.array(z.object({ file: z.string(), code: z.string(), message: z.string(), hint: z.string() })).optional(),
  missing: z.array(z.object({ file: text, code: text, message: text, hint: text })).optional(),
});

export const topologies = z.object({
  topologies: z.array(
    z.object({
      name: text,
      title: z.string(),
      path: text,
      nodes: z.number(),
      routers: z.number(),
      testMs: z.number().nullable(),
    }),
  ),
});

export const labDoctor = z.object({
  lab: text,
  healthy: z.boolean(),
  symptoms: z.array(z.object({ node: text, text, healthy: z.boolean(), hint: text.optional() })),
});

export const doctor = z.object({
  fit: z.boolean(),
  runtimes: z.array(text),
  checks: z.array(
    z.object({
      runtime: text,
      name: text,
      status: z.enum(['ok', 'warning', 'missing']),
      found: text,
      hint: text.optional(),
    }),
  ),
});

export const failure = z.object({ error: z.object({ code: text, message: text, hint: text.optional() }) });

/** Every word that docs/json.md has in a code span: the names of all fields among them. */
const documented = new Set(
  [...readFileSync(join(checkout, 'docs', 'json.md'), 'utf8').matchAll(/`([^`\n]+)`/g)].flatMap(
    ([, code = '']) => code.match(/\w+/g) ?? [],
  ),
);

function keysOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(keysOf);
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}

export interface Wanted {
  readonly status?: number;
  readonly options?: RunOptions;
}

/** Runs a verb with `--json`; its document must have this shape, and its exit status be the one wanted. */
export async function ask<T>(
  t: ExecutionContext,
  sandbox: Sandbox,
  shape: z.ZodType<T>,
  words: readonly string[],
  { status = 0, options = {} }: Wanted = {},
): Promise<T> {
  const said = await document(sandbox, words, options);
  const what = `${words.join(' ')}\n${JSON.stringify(said.value, undefined, 2)}\n${said.stderr}`;
  t.is(said.status, status, what);
  const parsed = shape.safeParse(said.value);
  if (!parsed.success) throw new Error(`${what}\n${z.prettifyError(parsed.error)}`);
  t.deepEqual(
    keysOf(said.value).filter((key) => !documented.has(key)),
    [],
    'every field is in docs/json.md',
  );
  return parsed.data;
}

/** Runs a verb with `--json` that must be refused. */
export async function refused(
  t: ExecutionContext,
  sandbox: Sandbox,
  words: readonly string[],
  status: number,
  options: RunOptions = {},
): Promise<z.infer<typeof failure>['error']> {
  return (await ask(t, sandbox, failure, words, { status, options })).error;
}

/** What a step did to each flow; nothing, where it only looked. */
export function changesOf<C>(
  of: { readonly kind: 'change'; readonly changes: readonly C[] } | { readonly kind: 'look' } | undefined,
): readonly C[] {
  return of?.kind === 'change' ? of.changes : [];
}

/** Who answers each client at each address: what must be the same before a fault and after its repair. */
export function catchments(answers: readonly Answer[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    answers.map(({ client, address, instance, cost, path }) => [
      `${client} ${address}`,
      `${instance ?? 'nobody'} at ${String(cost)} over ${path.map((hop) => hop ?? '*').join(' > ')}`,
    ]),
  );
}
