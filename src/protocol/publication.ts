import type { Noise } from './timeline.js';

/** A zone whose serial was raised at all instances that serve it, and what was seen of it. */
export interface Publication {
  readonly zone: string;
  /** The new one. */
  readonly serial: number;
  /** When it was published, on the agent's clock. */
  readonly atMs: number;
  readonly instances: readonly PublishedInstance[];
  /** One query of each client over each transport to each address. */
  readonly answers: readonly ZoneAnswer[];
  /** How long a client waited for an answer. */
  readonly answerTimeoutMs: number;
  /** What the machine kept its processes from meanwhile. */
  readonly noise: Pick<Noise, 'stealMs' | 'cpuPressureMs'>;
}

/** When an instance first answered with the new serial. */
export interface PublishedInstance {
  readonly service: string;
  readonly instance: string;
  /** Null where it does not run, or has not answered with it in time. */
  readonly afterMs: number | null;
}

/** What a client got for a query for the SOA record of a zone, afterwards. */
export interface ZoneAnswer {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  readonly transport: 'udp' | 'tcp';
  /** Null where it got no answer; of TCP with the time to connect. */
  readonly rttMs: number | null;
  /** Whether it is an authoritative answer with the new serial and its signature, if the zone is signed. */
  readonly correct: boolean;
}

/** What a zone of a service will be when it is published next. */
export interface NextZone {
  readonly service: string;
  readonly serial: number;
  /** Of its SOA record, in base64; left out where the zone is not signed. */
  readonly signature?: string | undefined;
  /** Clients have no reason to ask for it: it is there for others to fetch it from. */
  readonly isHidden: boolean;
}

/** What became of a zone at the instances of one machine. */
export interface RaisedZone extends Pick<Publication, 'instances' | 'noise'> {
  /** When it was published, on the agent's clock. */
  readonly atMs: number;
}

/** What a publication is known by: services with different zones of the same name have serials of their own. */
export function highestSerial(versions: readonly Pick<NextZone, 'serial'>[]): number | undefined {
  return versions.map(({ serial }) => serial).sort((a, b) => b - a)[0];
}
