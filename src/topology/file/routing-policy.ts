import { parseDuration } from '../../support/duration.js';
import { parseRate } from './impairment.js';
import { addressBits, parsePrefix } from '../../support/ip.js';
import type { BgpSettings, BgpTimers, PolicyException, PrefixRange, RoutePolicy } from '../model/topology.js';

export type BgpProfile = 'fast' | 'datacenter' | 'internet';

/** BGP's timers as a link or a node writes them. */
export interface WrittenBgpTimers {
  readonly timers?: BgpProfile | undefined;
  readonly keepalive?: string | undefined;
  readonly hold?: string | undefined;
}

/** A policy as a link writes it for one of its ends. */
export interface WrittenPolicy {
  readonly localPreference?: number | undefined;
  readonly med?: number | undefined;
  readonly prepend?: number | undefined;
  readonly communities?: readonly string[] | undefined;
  readonly bandwidth?: string | undefined;
  readonly strip?: 'all' | readonly string[] | undefined;
  readonly except?: readonly WrittenException[] | undefined;
  readonly accept?: readonly string[] | undefined;
  readonly announce?: readonly string[] | undefined;
  readonly defaultOriginate?: boolean | undefined;
  readonly allowAsIn?: number | undefined;
  readonly removePrivateAs?: boolean | undefined;
}

interface WrittenException {
  readonly prefix?: string | undefined;
  readonly community?: string | undefined;
  readonly localPreference?: number | undefined;
  readonly refuse?: boolean | undefined;
  readonly med?: number | undefined;
  readonly prepend?: number | undefined;
  readonly communities?: readonly string[] | undefined;
  readonly withhold?: boolean | undefined;
}

export interface PolicyProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
  readonly hint: string;
}

/**
 * Three ways to be timed. `fast` is as fast as BGP goes by itself; `datacenter` is FRR's profile of that name;
 * `internet` has the values that RFC 4271 section 10 suggests, and the hold time that routers come with.
 */
const bgpProfiles: Readonly<Record<BgpProfile, BgpTimers>> = {
  fast: { keepaliveS: 1, holdS: 3, connectRetryS: 1, advertisementS: 0, internalAdvertisementS: 0 },
  datacenter: { keepaliveS: 3, holdS: 9, connectRetryS: 10, advertisementS: 0, internalAdvertisementS: 0 },
  internet: { keepaliveS: 60, holdS: 180, connectRetryS: 120, advertisementS: 30, internalAdvertisementS: 5 },
};

/** Well-known communities, as files and as FRR write them (RFC 1997, RFC 7999, RFC 8326). */
const wellKnownCommunities: Readonly<Record<string, string>> = {
  NO_EXPORT: 'no-export',
  NO_ADVERTISE: 'no-advertise',
  GRACEFUL_SHUTDOWN: 'graceful-shutdown',
  BLACKHOLE: 'blackhole',
};

const COMMUNITY_HINT = `write one of ${Object.keys(wellKnownCommunities).join(', ')}, or two numbers up to 65535, such as "65001:100"`;

const LEAST_HOLD_S = 3;
const MOST_SECONDS = 65_535;
/** What FRR takes for the weight of a link, in megabits a second. */
const MOST_BANDWIDTH_MBPS = 25_600;

export function readBgpSettings(
  written: {
    readonly timers?: BgpProfile | undefined;
    readonly multipath?: BgpSettings['multipath'] | undefined;
    readonly reflectors?: readonly string[] | undefined;
  } = {},
): BgpSettings {
  return {
    timers: bgpProfiles[written.timers ?? 'fast'],
    multipath: written.multipath ?? 'none',
    reflectors: written.reflectors ?? [],
  };
}

/**
 * The timers that a link or a node writes; undefined where it says nothing. A keepalive alone gives a hold time three
 * times as long.
 */
export function readBgpTimers(written: WrittenBgpTimers | undefined): BgpTimers | undefined {
  if (written === undefined) return undefined;
  const profile = bgpProfiles[written.timers ?? 'fast'];
  const keepaliveS = seconds(written.keepalive);
  const holdS =
    seconds(written.hold) ?? (keepaliveS === undefined ? profile.holdS : Math.max(LEAST_HOLD_S, 3 * keepaliveS));
  return {
    ...profile,
    keepaliveS: keepaliveS ?? (written.hold === undefined ? profile.keepaliveS : Math.max(1, Math.floor(holdS / 3))),
    holdS,
  };
}

export function bgpTimerProblems(written: WrittenBgpTimers | undefined): readonly PolicyProblem[] {
  if (written === undefined) return [];
  const problems: PolicyProblem[] = [];
  for (const key of ['keepalive', 'hold'] as const) {
    const text = written[key];
    const s = seconds(text);
    const least = key === 'hold' ? LEAST_HOLD_S : 1;
    if (text !== undefined && (s === undefined || !Number.isInteger(s) || s < least || s > MOST_SECONDS)) {
      problems.push({
        path: ['bgp', key],
        message: `${JSON.stringify(text)} is not a valid ${key} time of BGP`,
        hint: `write whole seconds, ${String(least)}s or more`,
      });
    }
  }
  const timers = readBgpTimers(written);
  if (problems.length === 0 && timers !== undefined && timers.keepaliveS >= timers.holdS) {
    problems.push({
      path: ['bgp', written.keepalive === undefined ? 'hold' : 'keepalive'],
      message: 'the hold time is not longer than the keepalive interval',
      hint: 'write a hold time three times as long, as is usual (RFC 4271 section 4.4)',
    });
  }
  return problems;
}

export function readPolicy({
  communities,
  bandwidth,
  strip,
  except,
  accept,
  announce,
  ...rest
}: WrittenPolicy): RoutePolicy {
  const ranges = (texts: readonly string[] | undefined): readonly PrefixRange[] | undefined =>
    texts?.flatMap((text) => readRange(text) ?? []);
  return {
    ...rest,
    ...(strip === undefined ? {} : { strip: strip === 'all' ? strip : readCommunities(strip) }),
    ...(except === undefined ? {} : { except: except.map(readException) }),
    ...(accept === undefined ? {} : { accept: ranges(accept) }),
    ...(announce === undefined ? {} : { announce: ranges(announce) }),
    communities: communities === undefined ? undefined : readCommunities(communities),
    bandwidthMbps: readBandwidth(bandwidth),
  };
}

function readCommunities(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => readCommunity(text) ?? []);
}

function readException(written: WrittenException): PolicyException {
  const { prefix, community, localPreference, refuse = false, med, prepend, communities, withhold = false } = written;
  const isReceived = localPreference !== undefined || refuse;
  return {
    on: isReceived ? 'received' : 'announced',
    ...(prefix === undefined ? {} : { prefix: parsePrefix(prefix)?.prefix.text ?? prefix }),
    ...(community === undefined ? {} : { community: readCommunity(community) ?? community }),
    isRefused: refuse || withhold,
    says: {
      ...(localPreference === undefined ? {} : { localPreference }),
      ...(med === undefined ? {} : { med }),
      ...(prepend === undefined ? {} : { prepend }),
      ...(communities === undefined ? {} : { communities: readCommunities(communities) }),
    },
  };
}

function exceptionProblems(written: WrittenException, i: number): readonly PolicyProblem[] {
  const { prefix, community, localPreference, refuse, med, prepend, communities, withhold } = written;
  const refuseIt = (message: string, hint: string): readonly PolicyProblem[] => [
    { path: ['except', i], message, hint },
  ];
  if ((prefix === undefined) === (community === undefined))
    return refuseIt(
      prefix === undefined
        ? 'it is not said which routes are meant'
        : 'routes are meant by a prefix and by a community',
      'write one of the two:  prefix: 198.51.100.0/24  or  community: "65001:100"',
    );
  if (prefix !== undefined && parsePrefix(prefix)?.kind !== 'network')
    return refuseIt(
      `${JSON.stringify(prefix)} is not a prefix`,
      'write a network and its length, such as 192.0.2.0/24',
    );
  const unread = [...(community === undefined ? [] : [community]), ...(communities ?? [])].find(
    (text) => readCommunity(text) === undefined,
  );
  if (unread !== undefined) return refuseIt(`${JSON.stringify(unread)} is not a community`, COMMUNITY_HINT);
  const isReceived = localPreference !== undefined || refuse === true;
  const isAnnounced = [med, prepend, communities].some((each) => each !== undefined) || withhold === true;
  if (isReceived !== isAnnounced) return [];
  return refuseIt(
    isReceived
      ? 'it is about received routes, and about announced ones'
      : 'it is not said what is done with these routes',
    'write localPreference or refuse for received routes; med, prepend, communities or withhold for announced ones',
  );
}

/** `10.0.0.0/8`, or with the lengths of prefixes within it, as FRRouting has them: `10.0.0.0/8 ge 16 le 24`. */
function readRange(text: string): PrefixRange | undefined {
  const [, written = '', ge, le] = /^(\S+)(?: ge (\d{1,3}))?(?: le (\d{1,3}))?$/.exec(text.trim()) ?? [];
  const parsed = parsePrefix(written);
  if (parsed?.kind !== 'network') return undefined;
  const { prefix } = parsed;
  const least = ge === undefined ? prefix.length : Number(ge);
  const most = le !== undefined ? Number(le) : ge === undefined ? prefix.length : addressBits(prefix.family);
  const isRange = prefix.length <= least && least <= most && most <= addressBits(prefix.family);
  return isRange ? { prefix: prefix.text, least, most } : undefined;
}

export function policyProblems({
  communities = [],
  bandwidth,
  strip = [],
  except = [],
  accept = [],
  announce = [],
}: WrittenPolicy): readonly PolicyProblem[] {
  const ofLists = [
    ...communities.map((text, i) => ['communities', i, text] as const),
    ...(strip === 'all' ? [] : strip.map((text, i) => ['strip', i, text] as const)),
  ];
  const problems: PolicyProblem[] = ofLists.flatMap(([key, i, text]) =>
    readCommunity(text) !== undefined
      ? []
      : [
          {
            path: [key, i],
            message: `${JSON.stringify(text)} is not a community`,
            hint: COMMUNITY_HINT,
          },
        ],
  );
  problems.push(...except.flatMap(exceptionProblems));
  for (const [key, texts] of [
    ['accept', accept],
    ['announce', announce],
  ] as const) {
    texts.forEach((text, i) => {
      if (readRange(text) !== undefined) return;
      problems.push({
        path: [key, i],
        message: `${JSON.stringify(text)} is not a range of prefixes`,
        hint: 'write a network, such as 192.0.2.0/24, and perhaps the lengths of prefixes in it: 10.0.0.0/8 ge 16 le 24',
      });
    });
  }
  if (bandwidth !== undefined && readBandwidth(bandwidth) === undefined) {
    problems.push({
      path: ['bandwidth'],
      message: `${JSON.stringify(bandwidth)} is not a bandwidth that BGP can announce here`,
      hint: 'write whole megabits, from 1mbit to 25gbit',
    });
  }
  return problems;
}

function readCommunity(text: string): string | undefined {
  if (Object.hasOwn(wellKnownCommunities, text)) return wellKnownCommunities[text];
  const [, high, low] = /^(\d{1,5}):(\d{1,5})$/.exec(text) ?? [];
  return Number(high) <= 65_535 && Number(low) <= 65_535 ? `${String(Number(high))}:${String(Number(low))}` : undefined;
}

function readBandwidth(text: string | undefined): number | undefined {
  const mbps = (parseRate(text) ?? NaN) / 1e6;
  return Number.isInteger(mbps) && mbps >= 1 && mbps <= MOST_BANDWIDTH_MBPS ? mbps : undefined;
}

function seconds(text: string | undefined): number | undefined {
  const ms = text === undefined ? undefined : parseDuration(text);
  return ms === undefined ? undefined : ms / 1000;
}
