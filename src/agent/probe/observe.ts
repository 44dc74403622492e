import { randomInt } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { LabError } from '../../errors.js';
import { riskOfAny } from '../../forecast/flow-numbers.js';
import type { ObserveParams, Sighting } from '../../protocol/sighting.js';
import { probeKinds, type ProbeKind } from '../../topology/model/probe-kind.js';
import { httpPathProblem } from '../../support/http-path.js';
import { inParallel } from '../../support/in-parallel.js';
import { round as rounded } from '../../support/round.js';
import type { Cookies } from '../../codec/cookies.js';
import { ask } from './ask.js';
import { probeDns, probeUdp } from './datagram-probe.js';
import { DatagramSockets } from './datagram-sockets.js';
import { poller, probeEcho } from './echo-probe.js';
import type { Flow, Outcome } from './flow.js';
import type { Round } from './datagram-sockets.js';
import { IcmpListeners } from './icmp-listeners.js';
import type { RunningLab } from '../lab/running-lab.js';
import { probingClients, targetsByClient } from './probe-targets.js';
import { probeHttp, probeTcp } from './stream-probe.js';
import { tracer } from './trace-probe.js';

const MOST_FLOWS = 16_384;
/** Longer than a command may take. */
const COMMAND_TIMEOUT_MS = 2500;
const LAST_PORT = 65_535;

/**
 * One round of probes: each client sends one to each address from each source port. Every one comes back as a sighting,
 * by client, address and source port; nothing is judged. LabError NODE_UNKNOWN, USAGE.
 */
export async function observe(lab: RunningLab, params: ObserveParams, cookies: Cookies): Promise<readonly Sighting[]> {
  const sourcePorts = sourcePortsOf(params);
  const problem = params.httpPath === undefined ? undefined : httpPathProblem(params.httpPath);
  if (problem !== undefined) throw new LabError('USAGE', problem.message, { hint: problem.hint });
  const clients = probingClients(lab.plan, params.clients).filter((name) => lab.nodes.has(name));
  const targetsOf = targetsByClient(lab.plan, params);
  const port = params.port ?? probeKinds[params.kind].port;
  const numbers = new Map(
    (params.everyWay === true ? lab.flows.now(lab.plan.questions) : []).map((number) => [
      `${number.question.client} ${number.question.address}`,
      number,
    ]),
  );
  const flows = clients
    .flatMap((client) =>
      targetsOf(client).flatMap((target) => {
        const number = numbers.get(`${client} ${target.address}`);
        const more = Array.from({ length: Math.max(0, (number?.flows ?? 0) - sourcePorts.length) }, () => 0);
        const equal =
          number === undefined || number.ways === 0
            ? {}
            : { equal: { ways: number.ways, risk: riskOfAny(number.shares, sourcePorts.length + more.length) } };
        return [...sourcePorts, ...more].map((sourcePort) => ({
          client,
          namespace: lab.namespaceOf(client),
          target,
          port,
          sourcePort,
          ...equal,
        }));
      }),
    )
    .map((flow, index): Flow => ({ ...flow, index }));
  const probe =
    params.asServed === true ? (flow: Flow, of: Round) => probeAsServed(lab, flow, of) : probers[params.kind](lab);
  const round: Round = {
    params,
    listeners: new IcmpListeners(),
    sockets: new DatagramSockets(),
    cookies,
    id: randomInt(0x1_0000),
  };
  let turn = Promise.resolve();
  try {
    return await inParallel(flows, probeKinds[params.kind].atOnce, async (flow) => {
      // One in each turn of the event loop: an answer to one does not wait until all others are sent.
      await (turn = turn.then(() => nextTurn()));
      return toSighting(params.kind, flow, await probe(flow, round));
    });
  } finally {
    round.listeners.close();
  }
}

/** One function for each kind of probe. */
const probers: Readonly<Record<ProbeKind, (lab: RunningLab) => (flow: Flow, round: Round) => Promise<Outcome>>> = {
  dns: () => probeDns,
  udp: () => probeUdp,
  tcp: () => probeTcp,
  http: () => probeHttp,
  icmp: () => probeEcho,
  poll: ({ plan }) => poller(plan),
  trace: ({ plan, condition }) => tracer(plan, condition),
};

/** Asks who answers in the protocol of the service; over DNS what is of no service. */
async function probeAsServed(lab: RunningLab, flow: Flow, round: Round): Promise<Outcome> {
  const { service, address } = flow.target;
  if (service === null) return probeDns(flow, round);
  const identity = lab.identityOf(service);
  if (identity.kind === 'dns') return probeDns({ ...flow, port: identity.port }, round);
  if (identity.kind === 'http')
    return probeHttp(
      { ...flow, port: identity.port },
      { ...round, params: { ...round.params, kind: 'http', httpPath: '/whoami' } },
    );
  const atMs = performance.now();
  const asked = await ask(lab, { client: flow.client, service, trace: false, timeoutMs: COMMAND_TIMEOUT_MS });
  const seen = asked.find((each) => each.address === address);
  const instance = seen?.instance ?? null;
  return {
    sourcePort: seen?.sourcePort ?? 0,
    atMs,
    fate: instance === null ? 'silent' : 'answered',
    instance,
    rttMs: seen?.rttMs ?? null,
  };
}

/** 0 stands for a port that the kernel chooses. */
function sourcePortsOf({ flows, sourcePorts }: ObserveParams): readonly number[] {
  const ports = sourcePorts ?? Array.from({ length: flows }, () => 0);
  if (ports.length === 0 || ports.length > MOST_FLOWS) {
    throw new LabError('USAGE', `${String(ports.length)} is not a valid number of flows`, {
      hint: `write a number from 1 to ${String(MOST_FLOWS)}`,
    });
  }
  const wrong = sourcePorts?.find(
    (each, index) => !Number.isInteger(each) || each < 1 || each > LAST_PORT || sourcePorts.indexOf(each) !== index,
  );
  if (wrong !== undefined) {
    throw new LabError('USAGE', `${String(wrong)} is not a valid source port, or is repeated`, {
      hint: `write each port once, from 1 to ${String(LAST_PORT)}`,
    });
  }
  return ports;
}

function toSighting(kind: ProbeKind, { client, target, equal }: Flow, { atMs, ...seen }: Outcome): Sighting {
  const { service, address } = target;
  const unseen = { instance: null, rttMs: null, status: null, output: '', path: [], cost: null };
  return {
    kind,
    client,
    service,
    address,
    atMs: rounded(atMs),
    ...unseen,
    ...seen,
    ...(equal === undefined ? {} : { equal }),
  };
}
