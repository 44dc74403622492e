import { LabError } from '../errors.js';
import { probeText } from '../report/probe-text.js';
import { sightingsText } from '../report/sightings-text.js';
import { durationOf, wholeNumberOf } from './flags.js';
import { didYouMean } from '../support/suggest.js';
import {
  agentProbeKinds as KINDS,
  httpMethods,
  probeKinds,
  type HttpMethod,
  type ProbeKind,
} from '../topology/model/probe-kind.js';
import { watching } from './live-line.js';
import { withLab, type AskFlags } from './labs.js';
import type { Run } from './run.js';

const MAX_RATE = 1000;
const LAST_PORT = 65_535;

/** What belongs to a round alone. */
const ROUND_FLAGS = ['to', 'port', 'send', 'path', 'method', 'cookies', 'flows', 'sourcePorts', 'timeout'] as const;

export interface ProbeFlags extends AskFlags {
  readonly rate?: string;
  readonly for?: string;
  readonly kind?: string;
  readonly to?: string;
  readonly port?: string;
  readonly send?: string;
  readonly path?: string;
  readonly method?: string;
  readonly cookies?: boolean;
  readonly flows?: string;
  readonly sourcePorts?: string;
  readonly timeout?: string;
}

/** A stream of queries at a steady rate, or with `--kind` one round of probes. */
export async function probeVerb(run: Run, name: string | undefined, flags: ProbeFlags): Promise<number> {
  const kind = kindOf(flags);
  const hasRate = flags.rate !== undefined || flags.for !== undefined;
  if (hasRate && kind !== undefined && kind !== 'dns') {
    throw new LabError('USAGE', `--rate and --for work only with DNS queries, not with --kind ${kind}`, {
      hint: 'leave out --rate and --for: --kind sends one round of probes',
    });
  }
  const stray = ROUND_FLAGS.find((flag) => flags[flag] !== undefined);
  if (stray !== undefined && (kind === undefined || hasRate)) {
    const flag = stray === 'sourcePorts' ? 'source-ports' : stray;
    throw new LabError('USAGE', `--${flag} needs --kind`, {
      hint: hasRate ? 'leave out --rate and --for' : `name the kind: --kind ${KINDS.join(', ')}`,
    });
  }
  return kind === undefined || hasRate ? probeAtRate(run, name, flags) : probeOnce(run, name, kind, flags);
}

async function probeAtRate({ output, signal }: Run, name: string | undefined, flags: ProbeFlags): Promise<number> {
  const rate = Number(flags.rate ?? MAX_RATE);
  if (!Number.isFinite(rate) || rate <= 0 || rate > MAX_RATE) {
    throw new LabError('USAGE', `"${flags.rate ?? ''}" is not a rate`, {
      hint: `--rate takes a number of probes per second, at most ${String(MAX_RATE)}`,
    });
  }
  const forMs = durationOf('for', flags.for ?? '5s', '5s');
  return withLab(
    name,
    async (lab) => {
      const { client, service } = flags;
      const series = await watching(output, lab, () => lab.probe({ client, service, rate, forMs }), forMs);
      output.document({ lab: lab.name, series });
      output.print(probeText(series, output.width));
      return 0;
    },
    signal,
  );
}

async function probeOnce(
  { output, signal }: Run,
  name: string | undefined,
  kind: ProbeKind,
  flags: ProbeFlags,
): Promise<number> {
  const { client, service, to = service, port, send, path: httpPath, cookies, flows, sourcePorts, timeout } = flags;
  if (service !== undefined && to !== service)
    throw new LabError('USAGE', 'either --service or --to', { hint: 'with --kind, --to takes services as well' });
  const options = {
    kind,
    clients: client === undefined ? undefined : [client],
    to,
    port: wholeNumberOf('port', port, { most: LAST_PORT, example: 53 }),
    send,
    httpPath,
    httpMethod: methodOf(flags),
    cookies,
    flows: wholeNumberOf('flows', flows ?? '1', { most: LAST_PORT, example: 8 }),
    sourcePorts: sourcePorts
      ?.split(',')
      .map((each) => wholeNumberOf('source-ports', each.trim(), { most: LAST_PORT, example: 40000 })),
    timeoutMs: durationOf('timeout', timeout, '1s') ?? probeKinds[kind].timeoutMs,
  };
  return withLab(
    name,
    async (lab) => {
      const seen = await lab.observe(options);
      output.document({ lab: lab.name, seen });
      output.print(sightingsText(seen, output.width));
      return 0;
    },
    signal,
  );
}

function kindOf({ kind }: ProbeFlags): ProbeKind | undefined {
  const known = KINDS.find((each) => each === kind);
  if (kind !== undefined && known === undefined)
    throw new LabError('USAGE', `"${kind}" is not a kind of probe`, { hint: didYouMean(kind, KINDS, 'kinds') });
  return known;
}

function methodOf({ method }: ProbeFlags): HttpMethod | undefined {
  const known = httpMethods.find((each) => each === method);
  if (method !== undefined && known === undefined)
    throw new LabError('USAGE', `"${method}" is not a request method`, {
      hint: `--method takes ${httpMethods.join(' or ')}`,
    });
  return known;
}
