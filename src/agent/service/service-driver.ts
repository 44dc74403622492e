import type { ZoneVersion } from '../../dnssec/next-serial.js';
import type { PlanService } from '../../plan/model.js';
import type { LabNode } from '../node/lab-node.js';
import type { ServerCounts } from '../../protocol/server-counts.js';
import type { QuerySources } from './query-sources.js';
import type { IdentityThread } from './identity-thread.js';

/** How the instances of a service are served, and how a client learns which of them answers. */
export interface ServiceDriver {
  identityOf(service: PlanService): IdentityExchange;
  /** The server of one instance. It is made with the lab, and serves from its first `start` on. */
  serverOf(instance: InstancePlace, shared: SharedByServers): InstanceServer;
}

/**
 * How a client learns which instance answers: by the DNS identity query (RFC 4892) or by `GET /whoami` at this port,
 * or by a command that it runs, which prints the name.
 */
export type IdentityExchange =
  | { readonly kind: 'dns' | 'http'; readonly port: number }
  | { readonly kind: 'command'; readonly command: IdentifyCommand };

/** The words of a command that asks at this address. A command that can choose its source port takes this one. */
export type IdentifyCommand = (address: string, sourcePort: number) => readonly string[];

/** One instance of a service, and where it serves. */
export interface InstancePlace {
  readonly service: PlanService;
  readonly host: LabNode;
  /** An address of the host's loopback that no other service has: checks ask there, never at an anycast address. */
  readonly localAddress: string;
}

/** What all servers of a lab share. */
export interface SharedByServers {
  readonly identityThread: IdentityThread;
  readonly querySources: QuerySources;
}

/**
 * What serves the addresses of one instance, and its local address. It may start before its host has the addresses,
 * and goes on when the host loses them: what is announced is the watcher's matter.
 */
export interface InstanceServer {
  /** Whether it runs, and does not hang. */
  readonly isServing: boolean;
  /** Serves from now on; one that hangs goes on where it stood. Also after a boot, in the namespace of then. */
  start(): Promise<void>;
  /** Ends at once, as a process that dies: open connections are reset. */
  stop(): Promise<void>;
  /** Accepts queries and connections, and answers none. */
  hang(): Promise<void>;
  /** All processes of the host were stopped by a signal. A server that is not a process of the host freezes too. */
  freeze(): void;
  /** They were continued: it goes on where it stood, or hangs where another fault keeps it from serving. */
  thaw(serves: boolean): Promise<void>;
  /** The name by which it last answered a check, where checks learn it. */
  readonly says?: string | undefined;
  /** The host lost its power, and with it all its processes. */
  losePower(): void;
  /** Asks the instance itself, over its host's loopback, whether it answers in time. */
  check(timeoutMs: number): Promise<boolean>;
  /** What the kernel shows of a server that has not stopped, in words; nothing where it has. */
  missingOfStop(): Promise<readonly string[]>;
  /** What of a hang is not so, in words; nothing where all of it is. */
  missingOfHang(): Promise<readonly string[]>;
  /** Of a name server: its zones. */
  readonly nameServer?: NameServer | undefined;
}

/** The zones of one instance, which can be published anew while it runs. */
export interface NameServer {
  /** The service that it fetches its zones from, over the network; undefined where it has them from files. */
  readonly primary: string | undefined;
  /** The zone with the next serial; undefined where it does not serve that zone. */
  next(zone: string): ZoneVersion | undefined;
  /** This is the zone from now on: it serves it after a reload, or when it starts again. */
  keep(zone: string, text: string): void;
  /** Has the running server read the zone; whether it was told so. */
  reload(zone: string): Promise<boolean>;
  /** Asks over the host's loopback until it answers with this serial; whether it did in time. */
  answersWith(zone: string, serial: number, deadlineMs: number): Promise<boolean>;
  /** What it has received from clients, without the queries of the lab itself; undefined where it does not say. */
  counts(): Promise<Omit<ServerCounts, 'service' | 'instance'> | undefined>;
}
