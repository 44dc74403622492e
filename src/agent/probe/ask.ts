import { LabError } from '../../errors.js';
import type { LabPlan, Question } from '../../plan/model.js';
import { pathCosts } from '../../forecast/path-cost.js';
import type { AskParams } from '../../protocol/messages.js';
import type { Observation } from '../../protocol/observations.js';
import { overAsked, type FlowObserved } from '../../measure/over-flows.js';
import { inParallel } from '../../support/in-parallel.js';
import { round } from '../../support/round.js';
import { didYouMean } from '../../support/suggest.js';
import { pollUntil } from '../../support/poll.js';
import type { RunningLab } from '../lab/running-lab.js';
import { byQuestion, eachFlow } from '../lab/lab-flows.js';
import { nodeNames, type NodeNames } from '../node/node-names.js';
import type { Probe, ProbeStream } from './probe-stream.js';
import { openStream } from './prober.js';
import { tracePath, type Trace } from './trace.js';
import { clientsOf } from '../../plan/roles.js';

const QUESTIONS_AT_ONCE = 64;
/** Each also receives the ICMP errors of all others of its client. */
const TRACES_AT_ONCE = 16;
const MOST_TRIES = 3;
/** Each holds a descriptor until all of them have been answered. */
const FLOWS_AT_ONCE = 512;
const COMMANDS_AT_ONCE = 4;
/** As traceroute(8): no program listens there. */
const TRACE_PORT = 33434;

/**
 * Asks each question, from as many source ports as all equal-cost paths need, and traces the path of each; reports
 * what came back, and judges nothing.
 */
export async function ask(lab: RunningLab, params: AskParams): Promise<readonly Observation[]> {
  const numbers = lab.flows.now(selectQuestions(lab.plan, params));
  const { ownerOf } = nodeNames(lab.plan);
  const observed: FlowObserved[] = [];
  const flows = eachFlow(numbers);
  for (let at = 0; at < flows.length; at += FLOWS_AT_ONCE)
    observed.push(...(await askAtOnce(lab, params, flows.slice(at, at + FLOWS_AT_ONCE), ownerOf)));
  return byQuestion(numbers, observed).map(([number, each]) => overAsked(number, each));
}

/** All are sent before any path is traced, so that no other socket gets one of these ports in the meantime. */
async function askAtOnce(
  lab: RunningLab,
  { timeoutMs, trace }: AskParams,
  questions: readonly Question[],
  ownerOf: NodeNames['ownerOf'],
): Promise<readonly FlowObserved[]> {
  const costOf = pathCosts(lab.plan, lab.condition);
  const asked = questions.map((question) => ({ question, stream: openStream(question, lab) }));
  let answers: readonly Probe[];
  try {
    const asksByCommand = asked.some(({ question }) => lab.identityOf(question.service).kind === 'command');
    answers = await inParallel(asked, asksByCommand ? COMMANDS_AT_ONCE : QUESTIONS_AT_ONCE, async ({ stream }) => {
      const first = await answered(stream, timeoutMs);
      // The first query also waits for neighbor discovery on the way; the second one's time is that of the network.
      return first.instance === null ? first : answered(stream, timeoutMs);
    });
  } finally {
    for (const { stream } of asked) stream.close();
  }
  return inParallel(
    asked.map((each, index) => ({ ...each, answer: answers[index] })),
    TRACES_AT_ONCE,
    async ({ question, stream: { sourcePort }, answer }) => {
      const instance = answer?.instance ?? null;
      const path = trace ? await pathOf(question, lab, sourcePort, ownerOf, instance) : [];
      return {
        sourcePort,
        instance,
        rttMs: instance === null ? null : round(answer?.rttMs ?? NaN),
        path,
        cost: instance === null ? null : costOf(path),
      };
    },
  );
}

/** The questions of one client, one service, or all. Throws NODE_UNKNOWN where there is no such client or service. */
export function selectQuestions(
  plan: LabPlan,
  { client, service }: { client?: string | undefined; service?: string | undefined },
): readonly Question[] {
  const clients = clientsOf(plan.nodes).map((node) => node.name);
  const services = plan.services.map((each) => each.name);
  if (client !== undefined && !clients.includes(client)) throw unknown('client', client, clients);
  if (service !== undefined && !services.includes(service)) throw unknown('service', service, services);
  return plan.questions.filter(
    (question) => question.client === (client ?? question.client) && question.service === (service ?? question.service),
  );
}

function unknown(noun: string, name: string, names: readonly string[]): LabError {
  return new LabError('NODE_UNKNOWN', `there is no ${noun} "${name}" in this lab`, {
    hint: didYouMean(name, names, `${noun}s`),
  });
}

async function answered(stream: ProbeStream, timeoutMs: number): Promise<Probe> {
  const probe = stream.send();
  await pollUntil(
    () => {
      stream.receive();
      return probe.instance;
    },
    (instance) => instance !== null,
    { everyMs: 1, deadlineMs: timeoutMs },
  );
  return probe;
}

async function pathOf(
  question: Question,
  lab: RunningLab,
  sourcePort: number,
  ownerOf: NodeNames['ownerOf'],
  instance: string | null,
): Promise<readonly (string | null)[]> {
  const namespace = lab.namespaceOf(question.client);
  const identity = lab.identityOf(question.service);
  const { kind } = identity;
  const port = identity.kind === 'command' ? TRACE_PORT : identity.port;
  const limits = instance === null ? { maxHops: 16, timeoutMs: 100, port } : { maxHops: 32, timeoutMs: 500, port };
  // A host that does not speak DNS there refuses the queries of a trace, which come over UDP.
  const endOf = (trace: Trace): string | null =>
    kind === 'dns' ? trace.instance : trace.end?.kind === 'refused' ? instance : null;
  let trace = await tracePath(question, namespace, sourcePort, limits);
  // If an instance answers, a silent hop's reply was lost or came too late.
  for (
    let tries = 1;
    tries < MOST_TRIES && instance !== null && (endOf(trace) === null || trace.hops.includes(null));
    tries++
  ) {
    trace = await tracePath(question, namespace, sourcePort, limits);
  }
  const routers = trace.hops.map((hop) => (hop === null ? null : (ownerOf(hop) ?? hop)));
  const end = endOf(trace);
  return end === null ? routers : [...routers, end];
}
