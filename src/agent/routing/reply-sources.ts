import type { RemoteInfo } from 'node:dgram';
import { identityQuestion, readReply } from '../../codec/dns-identity.js';
import type { Question } from '../../plan/model.js';
import type { Anomaly } from '../../protocol/anomaly.js';
import { parseAddress } from '../../support/ip.js';
import type { RunningLab } from '../lab/running-lab.js';
import { nodeNames } from '../node/node-names.js';
import { openUdp } from '../system/sockets.js';

const TIMEOUT_MS = 300;
const MOST_QUESTIONS = 64;

/** Answers that come from another address than the one that was asked: clients do not take them. */
export async function strayAnswers(lab: RunningLab): Promise<readonly Anomaly[]> {
  const asked = lab.plan.questions
    .filter(({ client, service }) => lab.node(client).isResponsive && lab.identityOf(service).kind === 'dns')
    .slice(0, MOST_QUESTIONS);
  const { ownerOf } = nodeNames(lab.plan);
  const sources = await Promise.all(asked.map((question, nth) => sourceOf(lab, question, nth)));
  return asked.flatMap(({ client, service, address }, nth): readonly Anomaly[] => {
    const from = sources[nth];
    return from === undefined || from === address
      ? []
      : [{ kind: 'other-source', node: client, service, address, from, of: ownerOf(from) ?? null }];
  });
}

/** Where the first answer to a query comes from; undefined where none does in time. */
async function sourceOf(
  lab: RunningLab,
  { client, service, address, family }: Question,
  id: number,
): Promise<string | undefined> {
  const exchange = lab.identityOf(service);
  if (exchange.kind !== 'dns') return undefined;
  const socket = await openUdp(lab.namespaceOf(client), family === 'ipv4' ? '0.0.0.0' : '::', 0);
  try {
    return await new Promise((resolve) => {
      const timer = setTimeout(resolve, TIMEOUT_MS, undefined);
      socket.on('message', (message: Buffer, from: RemoteInfo) => {
        if (readReply(message)?.id !== id) return;
        clearTimeout(timer);
        resolve(parseAddress(from.address)?.text ?? from.address);
      });
      socket.send(identityQuestion(id), exchange.port, address, () => undefined);
    });
  } finally {
    socket.close();
  }
}
