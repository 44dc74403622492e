import type { HttpMethod, ProbeKind, StepProbeKind } from '../topology/model/probe-kind.js';
import type { Fate } from './timeline.js';

export interface ObserveParams {
  readonly kind: ProbeKind;
  /** All clients where they are left out. */
  readonly clients?: readonly string[] | undefined;
  /** A service (all its addresses), an address, or a node (its own addresses); every service where it is left out. */
  readonly to?: string | undefined;
  /** Where it has one; 53 for dns, udp and tcp, 80 for http where it is left out. */
  readonly port?: number | undefined;
  /** What udp and tcp send. */
  readonly send?: string | undefined;
  /** What http asks for: `/` where it is left out. */
  readonly httpPath?: string | undefined;
  /** How http asks: GET where it is left out. */
  readonly httpMethod?: HttpMethod | undefined;
  /** Whether http keeps the cookies that it gets, by client and address, and sends them back. */
  readonly cookies?: boolean | undefined;
  /** How many source ports each client uses, one probe from each; or which. */
  readonly flows: number;
  readonly sourcePorts?: readonly number[] | undefined;
  /** Whether each client uses more of them, so that every equal-cost path to a service carries one. */
  readonly everyWay?: boolean | undefined;
  /** Of kind `dns`: whether each service is asked in its own protocol, as `ask` does. */
  readonly asServed?: boolean | undefined;
  readonly timeoutMs: number;
}

/** The result of one probe of any kind. */
export interface Sighting {
  readonly kind: StepProbeKind;
  readonly client: string;
  /** Null where the address is not a service's. */
  readonly service: string | null;
  readonly address: string;
  /** Null for icmp and commands. */
  readonly sourcePort: number | null;
  /** When it was sent, on the agent's clock. */
  readonly atMs: number;
  readonly fate: Fate;
  /** The instance that answered, as far as the answer names one of the service's. */
  readonly instance: string | null;
  readonly rttMs: number | null;
  /** Of http, and the exit status of a command. */
  readonly status: number | null;
  /** What came back, as text, at most 2000 characters. */
  readonly output: string;
  /** Of trace: the nodes that it passed, the instance last; null for a hop that stayed silent. */
  readonly path: readonly (string | null)[];
  /** Of trace: the sum of the link costs along that way. */
  readonly cost: number | null;
  /** Of a poll alone: who replied, once for each reply, in the order of arrival. A node, a service, or an address. */
  readonly replies?: readonly string[] | undefined;
  /**
   * Only if it is one of several flows over equal-cost paths: how many paths there are, and the greatest probability
   * that one carried no flow.
   */
  readonly equal?: { readonly ways: number; readonly risk: number } | undefined;
}
