import type { RoutingProtocol } from '../plan/protocols.js';

/** Something that a daemon of FRR said of a neighbor. */
export interface DaemonWord {
  /** Milliseconds as the daemon's own clock on the wall shows them, in a time zone that is not known here. */
  readonly wallMs: number;
  readonly text: string;
}

const LINE = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)\.(\d{1,6}) \w+: \[[^\]]+\](?:\[[^\]]+\])* (.*)$/;
const QUARTER_HOUR_MS = 900_000;

/**
 * The neighbors that came and went, from a daemon's log: OSPF and IS-IS adjacencies, BGP and BFD sessions.
 * Everything else in it is left out. `nameOf` turns a router-id or an address, and the interface where the daemon names
 * it, into the name of a node.
 */
export function readDaemonLog(
  log: string,
  nameOf: (address: string, device: string | undefined) => string | undefined,
): readonly DaemonWord[] {
  return log.split('\n').flatMap((line): DaemonWord[] => {
    const match = LINE.exec(line);
    const text = match === null ? undefined : neighborText(match[8] ?? '', nameOf);
    if (match === null || text === undefined) return [];
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
    const fractionMs = Number(`0.${match[7] ?? '0'}`) * 1000;
    return [{ wallMs: Date.UTC(year, month - 1, day, hour, minute, second) + fractionMs, text }];
  });
}

/**
 * A daemon writes local time: the nearest moment to `aboutMs` that differs by a whole number of quarters of an hour, as
 * time zones do.
 */
export function inTimeZoneOf(aboutMs: number, wallMs: number): number {
  return wallMs + Math.round((aboutMs - wallMs) / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
}

type NameNeighbor = (address: string, device?: string) => string;

/** What a daemon's message says of a neighbor; undefined where it is about something else. */
type Reader = (message: string, named: NameNeighbor) => string | undefined;

/** How each routing protocol, and what else is followed, words that a neighbor came or went. */
const readers: Readonly<Record<RoutingProtocol | 'bfd', Reader>> = {
  ospfv2: ospfText,
  ospfv3: ospfText,
  bgp: bgpText,
  isis: isisText,
  bfd: bfdText,
};

function neighborText(
  message: string,
  nameOf: (address: string, device: string | undefined) => string | undefined,
): string | undefined {
  const named: NameNeighbor = (address, device) => nameOf(address, device) ?? address;
  for (const read of Object.values(readers)) {
    const text = read(message, named);
    if (text !== undefined) return text;
  }
  return undefined;
}

function ospfText(message: string, named: NameNeighbor): string | undefined {
  const ospf = /^AdjChg: Nbr ([\d.]+)\S* .*: (\S+) -> (\S+) \((\w+)\)$/.exec(message);
  if (ospf === null) return undefined;
  return `OSPF neighbor ${named(ospf[1] ?? '')}: ${ospf[2] ?? ''} -> ${ospf[3] ?? ''} (${ospf[4] ?? ''})`;
}

function bgpText(message: string, named: NameNeighbor): string | undefined {
  const bgp = /^%ADJCHANGE: neighbor ([^\s(]+)\S* in vrf \S+ (Up|Down)(?: (.*))?$/.exec(message);
  if (bgp === null) return undefined;
  return `BGP session with ${named(bgp[1] ?? '')} ${(bgp[2] ?? '').toLowerCase()}${bgp[3] === undefined ? '' : ` (${bgp[3].trim()})`}`;
}

function isisText(message: string, named: NameNeighbor): string | undefined {
  const isis = /^%ADJCHANGE: Adjacency to (\S+) \((\S+)\) .*changed from (\S+) to (\S+), (.*)$/.exec(message);
  if (isis === null) return undefined;
  return `IS-IS neighbor ${named(isis[1] ?? '', isis[2])}: ${isis[3] ?? ''} -> ${isis[4] ?? ''}${isis[5] === 'unspecified' ? '' : ` (${isis[5] ?? ''})`}`;
}

function bfdText(message: string, named: NameNeighbor): string | undefined {
  // A session over several hops names no interface.
  const bfd =
    /^state-change: \[[^\]]*?peer:([^\s\]]+)(?:[^\]]*? ifname:([^\s\]]*))?[^\]]*\] (\S+) -> (\S+)(?: reason:(\S+))?$/.exec(
      message,
    );
  if (bfd === null) return undefined;
  return `BFD session with ${named(bfd[1] ?? '', bfd[2])}: ${bfd[3] ?? ''} -> ${bfd[4] ?? ''}${bfd[5] === undefined ? '' : ` (${bfd[5]})`}`;
}
