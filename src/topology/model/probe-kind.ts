import { DNS_PORT, HTTP_PORT } from '../../support/well-known-ports.js';

/** What only some kinds of probes have; each names a key of a probe step. */
export const probeSettings = [
  'port',
  'send',
  'path',
  'method',
  'cookies',
  'flows',
  'sourcePorts',
  'command',
  'to',
] as const;
export type ProbeSetting = (typeof probeSettings)[number];

export interface ProbeKindEntry {
  /** The settings that it has; `needs` is the one that it cannot do without. */
  readonly settings: readonly ProbeSetting[];
  readonly needs?: { readonly setting: ProbeSetting; readonly message: string; readonly hint: string };
  /** How long to wait for an answer by default. */
  readonly timeoutMs: number;
  /** Who sends it: the agent of the lab, or a program that runs in each client. */
  readonly sentBy: 'agent' | 'program';
  /** The default port. */
  readonly port: number;
  /** How many of a round are under way at once, by the descriptors that each holds. */
  readonly atOnce: number;
  /** What it reports besides who answered and how fast: the reply, the path, or all that replied. */
  readonly reports: 'reply' | 'way' | 'repliers';
}

const flows = ['port', 'flows', 'sourcePorts', 'to'] as const;
const usual = { timeoutMs: 1000, sentBy: 'agent', port: DNS_PORT, atOnce: 1024, reports: 'reply' } as const;

/* All kinds of probes. `agent/probe` has one function for each that the agent sends. */
export const probeKinds = {
  dns: { ...usual, settings: flows },
  udp: { ...usual, settings: [...flows, 'send'] },
  tcp: { ...usual, settings: [...flows, 'send'] },
  http: { ...usual, settings: [...flows, 'path', 'method', 'cookies'], port: HTTP_PORT },
  icmp: { ...usual, settings: ['to'] },
  // It always lasts that long: another node may still reply.
  poll: { ...usual, settings: ['to'], timeoutMs: 500, reports: 'repliers' },
  // Each holds two descriptors, and sends many packets.
  trace: { ...usual, settings: ['flows', 'sourcePorts', 'to'], atOnce: 64, reports: 'way' },
  command: {
    ...usual,
    settings: ['command'],
    needs: {
      setting: 'command',
      message: 'there is no command to run',
      hint: 'add one, such as  command: [ping, -c1, 192.0.2.53]',
    },
    // A program has more to do than a packet.
    timeoutMs: 10_000,
    sentBy: 'program',
  },
} as const satisfies Readonly<Record<string, ProbeKindEntry>>;

/** The methods of requests. */
export const httpMethods = ['GET', 'POST'] as const;
export type HttpMethod = (typeof httpMethods)[number];

type Table = typeof probeKinds;
/** Those of a scenario's steps. */
export type StepProbeKind = keyof Table;
/** Those that the agent sends. */
export type ProbeKind = { [K in StepProbeKind]: Table[K]['sentBy'] extends 'agent' ? K : never }[StepProbeKind];

export const stepProbeKinds = Object.keys(probeKinds) as StepProbeKind[];
export const agentProbeKinds = stepProbeKinds.filter(isSentByAgent);

export function isSentByAgent(kind: StepProbeKind): kind is ProbeKind {
  return probeKinds[kind].sentBy === 'agent';
}

/** The kinds of probes that have a setting. */
export function kindsWith(setting: ProbeSetting): readonly StepProbeKind[] {
  return stepProbeKinds.filter((kind) => (probeKinds[kind].settings as readonly ProbeSetting[]).includes(setting));
}
