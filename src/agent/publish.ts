import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { readSoa, soaQuestion } from '../codec/soa-query.js';
import type { ZoneVersion } from '../dnssec/next-serial.js';
import { LabError } from '../errors.js';
import type { Publication, PublishedInstance, ZoneAnswer } from '../protocol/publication.js';
import { inParallel } from '../support/in-parallel.js';
import { round as rounded } from '../support/round.js';
import { didYouMean } from '../support/suggest.js';
import { DNS_PORT } from '../support/well-known-ports.js';
import { Cookies } from '../codec/cookies.js';
import { DatagramSockets, type Round } from './probe/datagram-sockets.js';
import { exchangeDatagrams } from './probe/datagram-probe.js';
import type { Flow } from './probe/flow.js';
import { IcmpListeners } from './probe/icmp-listeners.js';
import { probeTargets, probingClients } from './probe/probe-targets.js';
import { exchangeOverTcp } from './probe/stream-probe.js';
import type { RunningLab } from './lab/running-lab.js';
import type { NameServer } from './service/service-driver.js';
import type { ServiceInstance } from './service/service-instance.js';
import { loadBetween, machineLoad } from './system/machine-load.js';

/** More at once only makes each of them late, on a machine with few cores. */
const RELOADS_AT_ONCE = 8;
/** RSSAC047 waits for 4 s, on the Internet; this is four times what it takes for too late. */
const ANSWER_TIMEOUT_MS = 2000;
/** An answer that takes longer does not hold up the next query; one that is there sooner is not late for want of CPU time. */
const NEXT_QUERY_AFTER_MS = 5;

interface ServingInstance {
  readonly instance: ServiceInstance;
  readonly nameServer: NameServer;
  readonly version: ZoneVersion;
}

/**
 * Raises the serial of a zone at all instances that have it from a file, and asks each instance that serves it until it
 * answers with the new one: those with a primary fetch it from there, if they can. Then each client asks each address for it.
 * An instance that does not run gets the zone when it starts again. LabError USAGE where no service serves the zone.
 */
export async function publish(
  lab: RunningLab,
  { zone, deadlineMs }: { readonly zone: string; readonly deadlineMs: number },
): Promise<Publication> {
  const serving = servingInstances(lab, zone);
  // Services with different zones of the same name have serials of their own.
  const version = serving.map((each) => each.version).sort((a, b) => b.serial - a.serial)[0];
  if (version === undefined) throw unknownZone(lab, zone);
  const [atMs, loadBefore] = [performance.now(), machineLoad()];
  const withFiles = serving.filter(({ nameServer }) => nameServer.primary === undefined);
  const fetching = serving.filter(({ nameServer }) => nameServer.primary !== undefined);
  for (const { nameServer, version: own } of withFiles) nameServer.keep(zone, own.text);
  const afterMs = new Map<ServiceInstance, number | null>();
  const look = async ({ instance, nameServer, version: own }: ServingInstance): Promise<void> => {
    const reached =
      instance.server.isServing &&
      // Only its primary tells an instance that has one.
      (nameServer.primary !== undefined || (await nameServer.reload(zone))) &&
      (await nameServer.answersWith(zone, own.serial, atMs + deadlineMs - performance.now()));
    afterMs.set(instance, reached ? rounded(performance.now() - atMs) : null);
  };
  await Promise.all([inParallel(withFiles, RELOADS_AT_ONCE, look), inParallel(fetching, fetching.length, look)]);
  const instances = serving.map(({ instance }) => published(instance, afterMs.get(instance) ?? null));
  // A primary is hidden: clients have no reason to know it.
  const hidden = new Set(serving.map(({ nameServer }) => nameServer.primary));
  const versions = new Map(
    serving.flatMap(({ instance: { service }, version: own }) =>
      hidden.has(service.name) ? [] : [[service.name, own]],
    ),
  );
  const answers = await askAll(lab, zone, versions);
  return {
    zone,
    serial: version.serial,
    atMs: rounded(atMs),
    instances,
    answers,
    answerTimeoutMs: ANSWER_TIMEOUT_MS,
    noise: loadBetween(loadBefore, machineLoad()),
  };
}

/** Where a zone is served, with what it will be; a secondary has the version of its primary. */
function servingInstances(lab: RunningLab, zone: string): readonly ServingInstance[] {
  const all = lab.instances.flatMap((instance) => {
    const { nameServer } = instance.server;
    return nameServer === undefined ? [] : [{ instance, nameServer }];
  });
  const written = new Map(
    all.flatMap(({ instance, nameServer }) => {
      const version = nameServer.primary === undefined ? nameServer.next(zone) : undefined;
      return version === undefined ? [] : [[instance.service.name, version] as const];
    }),
  );
  return all.flatMap(({ instance, nameServer }) => {
    const version = written.get(nameServer.primary ?? instance.service.name);
    return version === undefined ? [] : [{ instance, nameServer, version }];
  });
}

function published({ service, host }: ServiceInstance, afterMs: number | null): PublishedInstance {
  return { service: service.name, instance: host.name, afterMs };
}

async function askAll(
  lab: RunningLab,
  zone: string,
  versions: ReadonlyMap<string, ZoneVersion>,
): Promise<readonly ZoneAnswer[]> {
  const targets = [...versions].flatMap(([service, version]) =>
    probeTargets(lab.plan, service).map((target) => ({ target, service, version })),
  );
  const flows = probingClients(lab.plan, undefined)
    .flatMap((client) =>
      targets.flatMap((each) => (['udp', 'tcp'] as const).map((transport) => ({ ...each, client, transport }))),
    )
    .map((each, index) => ({ ...each, index, namespace: lab.namespaceOf(each.client), port: DNS_PORT, sourcePort: 0 }));
  const round: Round = {
    params: { kind: 'dns', flows: 1, timeoutMs: ANSWER_TIMEOUT_MS },
    listeners: new IcmpListeners(),
    sockets: new DatagramSockets(),
    cookies: new Cookies(),
    id: randomInt(0x1_0000),
  };
  try {
    const answers: Promise<ZoneAnswer>[] = [];
    for (const { service, version, transport, ...flow } of flows) {
      const answer = query(flow, round, { zone, version, transport }).then((seen) => ({
        client: flow.client,
        service,
        address: flow.target.address,
        transport,
        ...seen,
      }));
      answers.push(answer);
      // A query that fails is thrown below, after all others are done.
      await Promise.race([answer.catch(() => undefined), delay(NEXT_QUERY_AFTER_MS)]);
    }
    return await Promise.all(answers);
  } finally {
    round.listeners.close();
  }
}

async function query(
  flow: Flow,
  round: Round,
  {
    zone,
    version,
    transport,
  }: { readonly zone: string; readonly version: ZoneVersion; readonly transport: ZoneAnswer['transport'] },
): Promise<Pick<ZoneAnswer, 'rttMs' | 'correct'>> {
  const id = (round.id + flow.index) & 0xffff;
  let correct = false;
  const read = (message: Buffer): boolean => {
    const answer = readSoa(message);
    if (answer?.id !== id) return false;
    correct =
      answer.serial === version.serial &&
      (version.signature === undefined || answer.signature?.equals(version.signature) === true);
    return true;
  };
  const send = transport === 'udp' ? exchangeDatagrams : exchangeOverTcp;
  const { rttMs = null } = await send(flow, round, soaQuestion(id, zone), read);
  return { rttMs, correct };
}

function unknownZone({ plan }: RunningLab, zone: string): LabError {
  const zones = plan.services.flatMap(({ serve }) =>
    serve?.kind === 'nsd' ? serve.zones.map(({ name }) => name) : [],
  );
  return new LabError('USAGE', `no service of this lab serves the zone "${zone}" by NSD`, {
    hint: zones.length === 0 ? 'only NSD serves zones:  serve: nsd' : didYouMean(zone, [...new Set(zones)], 'zones'),
  });
}
