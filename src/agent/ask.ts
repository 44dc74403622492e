import { LabError } from '../errors.js';
import type { LabPlan, Question } from '../plan/model.js';
import { pathCost } from '../plan/path-cost.js';
import type { AskParams } from '../protocol/messages.js';
import type { Observation } from '../protocol/observations.js';
import { inParallel } from '../support/in-parallel.js';
import { didYouMean } from '../support/suggest.js';
import { pollUntil } from '../support/poll.js';
import type { NetNamespace } from './kernel.js';
import type { Lab } from './lab.js';
import { ProbeStream, type Probe } from './prober.js';
import { tracePath } from './trace.js';

const QUESTIONS_AT_ONCE = 64;

/** Asks each question once, and follows the way it takes; reports what came back, and judges nothing. */
export async function ask(lab: Lab, params: AskParams): Promise<readonly Observation[]> {
  const { plan, condition, namespaceOf } = lab;
  const questions = selectQuestions(plan, params);
  const owners = addressOwners(plan);
  return inParallel(questions, QUESTIONS_AT_ONCE, async (question) => {
    const namespace = namespaceOf(question.client);
    const stream = ProbeStream.open(question, namespace);
    const { sourcePort } = stream;
    let answer: Probe;
    try {
      answer = await answered(stream, params.timeoutMs);
      // The first question also waits for neighbour discovery on the way: the second one's time is the network's.
      if (answer.instance !== null) answer = await answered(stream, params.timeoutMs);
    } finally {
      stream.close();
    }
    const instance = answer.instance;
    const rttMs = instance === null ? null : round(answer.rttMs);
    const path = params.trace ? await pathOf(question, namespace, sourcePort, owners, instance) : [];
    const { client, service, address } = question;
    const cost = instance === null ? null : pathCost(plan, path, condition);
    return { client, service, address, sourcePort, instance, rttMs, path, cost };
  });
}

/** The questions of one client, one service, or all. Throws NODE_UNKNOWN where there is no such client or service. */
export function selectQuestions(
  plan: LabPlan,
  { client, service }: { client?: string | undefined; service?: string | undefined },
): readonly Question[] {
  const clients = plan.nodes.filter((node) => node.role === 'client').map((node) => node.name);
  const services = plan.services.map((each) => each.name);
  if (client !== undefined && !clients.includes(client)) throw unknown('client', client, clients);
  if (service !== undefined && !services.includes(service)) throw unknown('service', service, services);
  return plan.questions.filter(
    (question) => question.client === (client ?? question.client) && question.service === (service ?? question.service),
  );
}

function unknown(noun: string, name: string, names: readonly string[]): LabError {
  return new LabError('NODE_UNKNOWN', `there is no ${noun} "${name}" in this lab`, { hint: didYouMean(name, names, `${noun}s`) });
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
  namespace: NetNamespace,
  sourcePort: number,
  owners: ReadonlyMap<string, string>,
  instance: string | null,
): Promise<readonly (string | null)[]> {
  const limits = instance === null ? { maxHops: 16, timeoutMs: 100 } : { maxHops: 32, timeoutMs: 500 };
  const trace = await tracePath(question, namespace, sourcePort, limits);
  const routers = trace.hops.map((hop) => (hop === null ? null : (owners.get(hop) ?? hop)));
  return trace.instance === null ? routers : [...routers, trace.instance];
}

/** Which node has which unicast address. */
export function addressOwners(plan: LabPlan): ReadonlyMap<string, string> {
  return new Map(
    plan.nodes.flatMap((node) =>
      [...node.loopbacks, ...node.interfaces.flatMap((item) => item.addresses)].map(
        (address) => [address.split('/')[0] ?? address, node.name] as const,
      ),
    ),
  );
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
