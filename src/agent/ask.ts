import type { LabPlan, Question } from '../plan/model.js';
import { pathCost } from '../plan/path-cost.js';
import type { AskParams, Observation } from '../protocol/messages.js';
import { inParallel } from '../support/in-parallel.js';
import { pollUntil } from '../support/poll.js';
import type { NetNamespace } from './kernel.js';
import { ProbeStream } from './prober.js';
import { tracePath } from './trace.js';

const QUESTIONS_AT_ONCE = 64;

/** Asks each question once, and follows the way it takes; reports what came back, and judges nothing. */
export async function ask(
  plan: LabPlan,
  namespaceOf: (node: string) => NetNamespace,
  params: AskParams,
): Promise<readonly Observation[]> {
  const questions = plan.questions.filter((question) => isAsked(question, params));
  const owners = addressOwners(plan);
  return inParallel(questions, QUESTIONS_AT_ONCE, async (question) => {
    const namespace = namespaceOf(question.client);
    const stream = await ProbeStream.open(question, namespace);
    const { sourcePort } = stream;
    try {
      stream.send();
      await pollUntil(
        () => stream.probes[0]?.instance ?? null,
        (instance) => instance !== null,
        { everyMs: 1, deadlineMs: params.timeoutMs },
      );
    } finally {
      stream.socket.close();
    }
    const instance = stream.probes[0]?.instance ?? null;
    const rttMs = instance === null ? null : round(stream.probes[0]?.rttMs ?? NaN);
    const path = params.trace ? await pathOf(question, namespace, sourcePort, owners, instance) : [];
    const { client, service, address } = question;
    const cost = instance === null ? null : pathCost(plan, path);
    return { client, service, address, sourcePort, instance, rttMs, path, cost };
  });
}

export function isAsked(question: Question, { client, service }: { client?: string | undefined; service?: string | undefined }): boolean {
  return (client === undefined || client === question.client) && (service === undefined || service === question.service);
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
function addressOwners(plan: LabPlan): ReadonlyMap<string, string> {
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
