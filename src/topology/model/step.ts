import type { ClientWord, Expected, LimitWord, RouterWord } from './expectation.js';
import type { FaultKind } from './fault.js';
import type { FaultSettings } from './fault-settings.js';
import type { HttpMethod, StepProbeKind } from './probe-kind.js';
import type { Share } from './written-values.js';

/** One step of a scenario, with repetitions unrolled. */
export type Step = (ChangeStep | LookStep | ProbeStep | PublishStep) & {
  /** How many points each of its expectations is worth, where it says so. */
  readonly points?: number;
};

/** One fault or repair, or several at the same moment, while every client keeps probing. */
export interface ChangeStep {
  readonly kind: 'change';
  /** As people say it: `fail server-a`, `drain server-a`, `fail server-a, restore server-b`. */
  readonly title: string;
  readonly parts: readonly ChangePart[];
  readonly expect: Expectations;
}

export interface ChangePart {
  readonly action: 'fail' | 'restore';
  /** As the file wrote it: `server-a`, `router1/server-a`, `router1:eth2`, `service@server-a`. */
  readonly target: string;
  /** For a repair: which of several faults of the target, where it was said. */
  readonly how: FaultKind | undefined;
  readonly settings: FaultSettings;
}

/**
 * The lab is looked at until all that is expected holds, or its time is over. Where it never holds, `expect` goes on to
 * the next step, and `wait-for` ends the scenario.
 */
export interface LookStep {
  readonly kind: 'expect' | 'wait-for';
  readonly title: string;
  readonly expect: Expectations;
  /** Until routing has come to what it should come to. */
  readonly settled: boolean;
}

/** Probes of one kind are sent, again and again until what is expected of them holds. */
export interface ProbeStep {
  readonly kind: 'probe';
  readonly title: string;
  readonly probe: ProbeSettings;
  readonly expect: Expectations;
}

/** A zone is published with its next serial, and judged by the measures of RSSAC047. */
export interface PublishStep {
  readonly kind: 'publish';
  readonly title: string;
  /** In lower case, with the dot at its end. */
  readonly zone: string;
  /** The services that are out of service. */
  readonly except: readonly string[];
  /** How long the new serial may take to reach an instance. */
  readonly withinMs: number;
  readonly expect: Expectations;
}

export interface ProbeSettings {
  readonly kind: StepProbeKind;
  readonly from: Clients;
  /** A service, an address or a node; every service by default. */
  readonly to: string | undefined;
  readonly port: number | undefined;
  readonly send: string | undefined;
  readonly httpPath: string | undefined;
  readonly httpMethod: HttpMethod | undefined;
  /** Whether the client keeps the cookies that it gets, and sends them back. */
  readonly cookies: boolean;
  readonly flows: number;
  readonly sourcePorts: readonly number[] | undefined;
  /** Of the kind `command`: as words. */
  readonly command: readonly string[] | undefined;
  readonly timeoutMs: number;
}

/** All clients, some of them, or one. */
export interface Clients {
  /** As the file says it: `client1`, `client1+client2`, `all`. */
  readonly label: string;
  readonly names: readonly string[];
}

/** What must be seen. Everything in it must hold at the same time. */
export interface Expectations {
  readonly answers: readonly Expectation[];
  /** Times in milliseconds; of `output` a text that it has in it, or a regular expression `/.../`. */
  readonly byClient: { readonly [W in ClientWord]: readonly ClientExpectation<Expected<W>>[] };
  readonly routes: readonly RouteExpectation[];
  /** What a step may cost at most, each of its flows or all clients together; times in milliseconds. */
  readonly limits: { readonly [W in LimitWord]: readonly LimitExpectation<Expected<W>>[] };
  /** How long it may take to hold: from the fault on, or from the beginning of a step without one. */
  readonly withinMs: number;
  /** For how long it must go on to hold. */
  readonly stableMs: number | undefined;
  /** How sure a share must be, from 0 to 1. */
  readonly confidence: number;
}

/** What an expectation is about: a service, or one of its addresses; every service where the file names none. */
export interface Subject {
  readonly to: string | undefined;
}

/** Whether something was seen of what an expectation is about. */
export function isAbout(
  { to }: Subject,
  { service, address }: { readonly service: string | null; readonly address: string },
): boolean {
  return to === undefined || to === service || to === address;
}

/** Which instance must answer which clients. */
export interface Expectation extends Subject {
  readonly clients: Clients;
  readonly answer: ExpectedAnswer;
}

export type ExpectedAnswer =
  /** One of these; the reserved name `nobody` where none may. */
  | { readonly kind: 'instances'; readonly instances: readonly string[] }
  /** Each by so much of the flows. */
  | { readonly kind: 'shares'; readonly shares: readonly ExpectedShare[] };

export interface ExpectedShare extends Share {
  readonly instance: string;
}

export interface ClientExpectation<T> extends Subject {
  readonly clients: Clients;
  readonly expected: T;
}

export interface LimitExpectation<T> extends Subject {
  readonly bound: T;
}

/** A route that a router must have, in its kernel or in zebra's table. */
export interface RouteExpectation {
  readonly table: RouterWord;
  readonly router: string;
  /** A service, for the routes to all its addresses; or a prefix. */
  readonly to: string;
  /** The neighbors it leads over, all of them; empty where there must be no route. */
  readonly via: readonly string[];
}

/** Of use only to `grade`. */
export interface GradingSettings {
  /** Of each expectation before the scenario. */
  readonly points: number;
  /** What is broken in the network that students were given: each of these is right. */
  readonly cause: { readonly is: readonly string[]; readonly points: number } | undefined;
  /** What a student says is broken. */
  readonly diagnosis: string | undefined;
}
