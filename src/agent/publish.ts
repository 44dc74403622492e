import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { readSoa, soaQuestion } from '../codec/soa-query.js';
import { LabError } from '../errors.js';
import type { LabPlan } from '../plan/model.js';
import type { Handlers, Methods, PublishParams } from '../protocol/messages.js';
import {
  highestSerial,
  type NextZone,
  type Publication,
  type PublishedInstance,
  type RaisedZone,
  type ZoneAnswer,
} from '../protocol/publication.js';
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
import { doesAsk } from '../plan/roles.js';
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
  readonly serial: number;
  /** Where it has the zone from a file. */
  readonly text: string | undefined;
}

/**
 * Raises the serial of a zone at all instances that have it from a file, and asks each instance that serves it until it
 * answers with the new one: those with a primary fetch it from there, if they can. Then each client asks each address for it.
 * An instance that does not run gets the zone when it starts again. LabError USAGE where no service serves the zone.
 */
async function publish(lab: RunningLab, { zone, deadlineMs }: PublishParams): Promise<Publication> {
  const versions = nextZone(lab, zone);
  const serial = highestSerial(versions);
  if (serial === undefined) throw unknownZone(lab, zone);
  const raised = await raiseZone(lab, { zone, deadlineMs, versions, atMs: performance.now() });
  return { zone, serial, ...raised, ...(await askZone(lab, { zone, versions })) };
}

/** The handlers of what several agents do together. */
export function publishHandlers(
  running: () => RunningLab,
): Pick<Handlers, 'publish' | 'nextZone' | 'raiseZone' | 'askZone'> {
  return {
    publish: (params) => publish(running(), params),
    nextZone: ({ zone }) => Promise.resolve(nextZone(running(), zone)),
    raiseZone: (params) => raiseZone(running(), params),
    askZone: (params) => askZone(running(), params),
  };
}

function nextZone(lab: RunningLab, zone: string): readonly NextZone[] {
  // A primary is hidden: clients have no reason to know it.
  const hidden = new Set(lab.plan.services.map(({ serve }) => (serve?.kind === 'nsd' ? serve.primary : undefined)));
  const versions = new Map(
    nameServers(lab).flatMap(({ instance: { service }, nameServer }) => {
      const next = nameServer.primary === undefined ? nameServer.next(zone) : undefined;
      if (next === undefined) return [];
      const { serial, signature } = next;
      const isHidden = hidden.has(service.name);
      return [[service.name, { service: service.name, serial, signature: signature?.toString('base64'), isHidden }]];
    }),
  );
  return [...versions.values()];
}

async function raiseZone(
  lab: RunningLab,
  { zone, deadlineMs, versions, atMs }: Methods['raiseZone']['params'],
): Promise<RaisedZone> {
  const serving = servingInstances(lab, zone, versions);
  await delay(Math.max(0, atMs - performance.now()));
  const loadBefore = machineLoad();
  const withFiles = serving.filter(({ nameServer }) => nameServer.primary === undefined);
  const fetching = serving.filter(({ nameServer }) => nameServer.primary !== undefined);
  for (const { nameServer, text } of withFiles) if (text !== undefined) nameServer.keep(zone, text);
  const afterMs = new Map<ServiceInstance, number | null>();
  const look = async ({ instance, nameServer, serial }: ServingInstance): Promise<void> => {
    const reached =
      instance.server.isServing &&
      // Only its primary tells an instance that has one.
      (nameServer.primary !== undefined || (await nameServer.reload(zone))) &&
      (await nameServer.answersWith(zone, serial, atMs + deadlineMs - performance.now()));
    afterMs.set(instance, reached ? rounded(performance.now() - atMs) : null);
  };
  await Promise.all([inParallel(withFiles, RELOADS_AT_ONCE, look), inParallel(fetching, fetching.length, look)]);
  return {
    atMs: rounded(atMs),
    instances: serving.map(({ instance }) => published(instance, afterMs.get(instance) ?? null)),
    noise: loadBetween(loadBefore, machineLoad()),
  };
}

/** Where a zone is served, with what it will be; a secondary has the version of its primary. */
function servingInstances(lab: RunningLab, zone: string, versions: readonly NextZone[]): readonly ServingInstance[] {
  return nameServers(lab).flatMap(({ instance, nameServer }) => {
    const known = versions.find(({ service }) => service === (nameServer.primary ?? instance.service.name));
    if (known === undefined) return [];
    const text = nameServer.primary === undefined ? nameServer.next(zone)?.text : undefined;
    return [{ instance, nameServer, serial: known.serial, text }];
  });
}

function nameServers(
  lab: RunningLab,
): readonly { readonly instance: ServiceInstance; readonly nameServer: NameServer }[] {
  return lab.instances.flatMap((instance) => {
    const { nameServer } = instance.server;
    return nameServer === undefined ? [] : [{ instance, nameServer }];
  });
}

function published({ service, host }: ServiceInstance, afterMs: number | null): PublishedInstance {
  return { service: service.name, instance: host.name, afterMs };
}

async function askZone(
  lab: RunningLab,
  { zone, versions }: Methods['askZone']['params'],
): Promise<Methods['askZone']['result']> {
  const targets = askedServices(lab.plan, versions).flatMap(({ service, version }) =>
    probeTargets(lab.plan, service).map((target) => ({ target, service, version })),
  );
  const flows = probingClients(lab.plan, undefined)
    .filter((client) => lab.nodes.has(client))
    .flatMap((client) =>
      targets
        .filter(({ service }) => doesAsk(lab.node(client).plan, service))
        .flatMap((each) => (['udp', 'tcp'] as const).map((transport) => ({ ...each, client, transport }))),
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
    return { answers: await Promise.all(answers), answerTimeoutMs: ANSWER_TIMEOUT_MS };
  } finally {
    round.listeners.close();
  }
}

/** Whom clients ask for a zone, and what is right: services that have it from files, and those that fetch it. */
function askedServices(
  { services }: LabPlan,
  versions: readonly NextZone[],
): readonly { readonly service: string; readonly version: NextZone }[] {
  return services.flatMap(({ name, serve }) => {
    const from = serve?.kind === 'nsd' ? (serve.primary ?? name) : name;
    const version = versions.find(({ service }) => service === from);
    return version === undefined || versions.some(({ service, isHidden }) => isHidden && service === name)
      ? []
      : [{ service: name, version }];
  });
}

async function query(
  flow: Flow,
  round: Round,
  {
    zone,
    version,
    transport,
  }: { readonly zone: string; readonly version: NextZone; readonly transport: ZoneAnswer['transport'] },
): Promise<Pick<ZoneAnswer, 'rttMs' | 'correct'>> {
  const id = (round.id + flow.index) & 0xffff;
  let correct = false;
  const read = (message: Buffer): boolean => {
    const answer = readSoa(message);
    if (answer?.id !== id) return false;
    correct =
      answer.serial === version.serial &&
      (version.signature === undefined || answer.signature?.toString('base64') === version.signature);
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
