/**
 * What serves the addresses of a service: the built-in service, nearcast's web server, NSD, Unbound, or a program that
 * runs on each of its instances.
 */
export type Serve = 'identity' | 'http' | ServeNsd | ServeUnbound | ServeCommand;

/** NSD, an authoritative name server. */
interface ServeNsd {
  readonly zones: readonly Zone[];
  /** The service that the instances fetch their zones from, over the network; none where each has them from the file. */
  readonly primary: string | undefined;
}

/** Unbound, a recursive resolver. */
interface ServeUnbound {
  /** The services that serve the root zone. */
  readonly roots: readonly string[];
}

/** A zone of the DNS. */
export interface Zone {
  /** In lower case, with the dot at its end. */
  readonly name: string;
  /** The text of its zone file. */
  readonly records: string;
  /** Whether its records get signatures (DNSSEC, RFC 4033). */
  readonly signed: boolean;
}

/** A program of the file's. */
export interface ServeCommand {
  /** What to run, word by word; `{node}`, `{address}` and the like stand for what the instance has. */
  readonly command: readonly string[];
  readonly port: number;
  /** The protocol at its port, in which it is checked, and identified. */
  readonly protocol: ServeProtocol;
  /** What a client runs to learn which instance answers: it prints its name. Other protocols than DNS and HTTP need it. */
  readonly identify: readonly string[] | undefined;
}

type ServeProtocol = 'dns' | 'http' | 'tcp' | 'udp';
