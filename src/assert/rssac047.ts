import type { Publication, PublishedInstance, ZoneAnswer } from '../protocol/publication.js';
import { marginOf } from './noise.js';
import { spoken, undecided, verdictOf, type Verdict } from './verdict.js';
import { familyOf } from '../support/family.js';

/** What RSSAC047 asks of a root server, over each transport and family. Its 65 minutes for a publication are no bound here. */
const thresholds = {
  availabilityPercent: 96,
  udpLatencyMs: 250,
  tcpLatencyMs: 500,
  correctnessPercent: 100,
} as const;

/** The four measures of RSSAC047 for one service. */
export interface Rssac047Row {
  readonly service: string;
  readonly overs: readonly Rssac047Over[];
  /** Of the answers that came; null where none came. */
  readonly correctnessPercent: number | null;
  /** The median of its instances; null where most of them have not got the new serial. */
  readonly publicationLatencyMs: number | null;
  /** How many of its instances have it, and how many there are. */
  readonly published: number;
  readonly instances: number;
}

/** Over one transport and family. */
export interface Rssac047Over {
  readonly transport: ZoneAnswer['transport'];
  readonly family: 'ipv4' | 'ipv6';
  readonly availabilityPercent: number;
  /** The median of the answers that came; null where none came. */
  readonly latencyMs: number | null;
}

/** One row for each service that clients asked for the zone, in the order of the topology. */
export function rssac047({ instances, answers }: Pick<Publication, 'instances' | 'answers'>): readonly Rssac047Row[] {
  return [...new Set(answers.map(({ service }) => service))].map((service) => {
    const own = instances.filter((each) => each.service === service);
    const asked = answers.filter((each) => each.service === service);
    const answered = asked.filter(({ rttMs }) => rttMs !== null);
    const after = own.map(({ afterMs }) => afterMs ?? Infinity);
    const median = medianOf(after);
    return {
      service,
      overs: (['udp', 'tcp'] as const).flatMap((transport) =>
        (['ipv4', 'ipv6'] as const).flatMap((family) => overOf(asked, transport, family)),
      ),
      correctnessPercent: percent(answered.filter(({ correct }) => correct).length, answered.length),
      publicationLatencyMs: median !== null && Number.isFinite(median) ? median : null,
      published: after.filter(Number.isFinite).length,
      instances: own.length,
    };
  });
}

/**
 * Whether each service meets the thresholds, and has the new serial everywhere within the time. Services of `except` must
 * not be available. Instances of it, `SERVICE@INSTANCE`, must not have the serial in time: others are judged as ever, but
 * what their service answers may be old. What the machine may have caused by itself is inconclusive.
 */
export function judgeRssac047(
  publication: Publication,
  { except, withinMs }: { readonly except: readonly string[]; readonly withinMs: number },
): readonly Verdict[] {
  const rows = rssac047(publication);
  const judged = rows.filter(({ service }) => !except.includes(service));
  const { availabilityPercent, udpLatencyMs, tcpLatencyMs, correctnessPercent } = thresholds;
  const whoseBut = (names: readonly string[]): string =>
    names.length === 0 ? 'every service' : `every service but ${names.join(', ')}`;
  const outOfService = except.filter((name) => !name.includes('@'));
  const stale = except.flatMap((name) => /^(.*)@/.exec(name)?.[1] ?? []);
  const whose = whoseBut(outOfService);
  const over = (service: string, { transport, family }: Rssac047Over): string =>
    `${service} over ${transport} ${family}`;
  const { disturbanceMs } = marginOf(publication.noise, 0);
  const verdictWith = (text: string, against: readonly string[], couldBeNoise: boolean): Verdict =>
    against.length > 0 && couldBeNoise
      ? undecided(text, `${against.join(', ')}; the machine may have caused up to ${spoken(disturbanceMs)}`)
      : verdictOf(text, against);
  const mayLoseAnswers = disturbanceMs >= publication.answerTimeoutMs;
  const incorrect = judged.filter(
    (row) => row.correctnessPercent !== correctnessPercent && !stale.includes(row.service),
  );
  const available = outOfService.filter((name) => !rows.some((row) => row.service === name && isUnavailable(row)));
  const slow = judged.flatMap(({ service, overs }) =>
    overs.flatMap((each) => {
      const boundMs = each.transport === 'udp' ? udpLatencyMs : tcpLatencyMs;
      const overMs = (each.latencyMs ?? 0) - boundMs;
      return overMs > 0 ? [{ service, each, overMs }] : [];
    }),
  );
  const unavailable = judged.flatMap(({ service, overs }) =>
    overs.flatMap((each) => (each.availabilityPercent < availabilityPercent ? [{ service, each }] : [])),
  );
  const isLate = ({ afterMs }: PublishedInstance): boolean => afterMs === null || afterMs > withinMs;
  const reached = publication.instances.filter((each) => except.includes(idOf(each)) && !isLate(each));
  const late = publication.instances.filter(
    (each) => !except.includes(each.service) && !except.includes(idOf(each)) && isLate(each),
  );
  return [
    verdictWith(
      `${whose} has an availability of ${String(availabilityPercent)}% or more`,
      [
        ...unavailable.map(({ service, each }) => `${over(service, each)}: ${String(each.availabilityPercent)}%`),
        ...available.map((name) => `${name} is available, too`),
      ],
      mayLoseAnswers && available.length === 0,
    ),
    verdictWith(
      `${whose} has a latency of ${spoken(udpLatencyMs)} or less over udp, of ${spoken(tcpLatencyMs)} or less over tcp`,
      slow.map(({ service, each }) => `${over(service, each)}: ${spoken(each.latencyMs ?? 0)}`),
      slow.every(({ overMs }) => overMs <= disturbanceMs),
    ),
    verdictWith(
      `${whoseBut([...outOfService, ...stale])} has a correctness of ${String(correctnessPercent)}%`,
      incorrect.map(
        (row) =>
          `${row.service}: ${row.correctnessPercent === null ? 'no answer' : `${String(row.correctnessPercent)}%`}`,
      ),
      mayLoseAnswers && incorrect.every((row) => row.correctnessPercent === null),
    ),
    verdictWith(
      `serial ${String(publication.serial)} of ${publication.zone} reaches each instance of ${whoseBut(except)} within ${spoken(withinMs)}`,
      [
        ...late.map(
          (each) => `${idOf(each)} ${each.afterMs === null ? 'does not have it' : `after ${spoken(each.afterMs)}`}`,
        ),
        ...reached.map((each) => `${idOf(each)} has it, too`),
      ],
      // One that does not have it has been asked for the whole time.
      reached.length === 0 && late.every(({ afterMs }) => (afterMs ?? 2 * withinMs) - withinMs <= disturbanceMs),
    ),
  ];
}

/** As people write it: the service, and where. */
function idOf({ service, instance }: PublishedInstance): string {
  return `${service}@${instance}`;
}

function isUnavailable({ overs }: Rssac047Row): boolean {
  return overs.some((each) => each.availabilityPercent < thresholds.availabilityPercent);
}

function overOf(
  asked: readonly ZoneAnswer[],
  transport: ZoneAnswer['transport'],
  family: Rssac047Over['family'],
): readonly Rssac047Over[] {
  const here = asked.filter((each) => each.transport === transport && familyOf(each.address) === family);
  const times = here.flatMap(({ rttMs }) => rttMs ?? []);
  const availabilityPercent = percent(times.length, here.length);
  return availabilityPercent === null ? [] : [{ transport, family, availabilityPercent, latencyMs: medianOf(times) }];
}

function percent(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((1000 * part) / whole) / 10;
}

function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)];
  const lower = sorted[Math.ceil(middle) - 1];
  if (upper === undefined || lower === undefined) return null;
  return upper === lower ? upper : Math.round(5 * (upper + lower)) / 10;
}
