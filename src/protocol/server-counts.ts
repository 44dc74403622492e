/** What the name server of an instance has received from clients and sent to them since it started. */
export interface ServerCounts {
  readonly service: string;
  readonly instance: string;
  readonly upMs: number;
  /** Over UDP messages, over TCP connections. */
  readonly received: Readonly<Record<'udpIpv4' | 'udpIpv6' | 'tcpIpv4' | 'tcpIpv6', number>>;
  /** How many responses have an RCODE, by its number. */
  readonly rcodes: Readonly<Record<string, number>>;
  /** The addresses that sent something, since the host started; null where this kernel does not count them. */
  readonly sources: readonly string[] | null;
}
