import { closeSync, readSync } from 'node:fs';
import { parentPort, receiveMessageOnPort, workerData, type MessagePort } from 'node:worker_threads';
import { PreparedAnswer } from '../../codec/prepared-identity.js';
import { DatagramBatch } from '../system/datagram-batch.js';
import { ANSWERS, type IdentityWork, type IdentityWorkStart } from './identity-work.js';
import { Readiness } from '../system/readiness.js';

const BATCH = 32;
const MOST_BYTES = 4096;
/** A thread that waits in the kernel for ever would let its process end only by a signal. */
const LONGEST_WAIT_MS = 1000;

interface Served {
  readonly answer: PreparedAnswer;
  readonly state: Int32Array;
}

/**
 * Answers identity queries over UDP, on a thread of its own, and never returns: a wait in the kernel is what makes it
 * quick. Sockets come from the main thread by their descriptors, which all threads of a process share.
 */
function answerIdentities(port: MessagePort, bell: number): never {
  const readiness = new Readiness();
  const batch = new DatagramBatch(BATCH, MOST_BYTES);
  const served = new Map<number, Served>();
  const rung = Buffer.alloc(8);
  readiness.add(bell, bell);
  for (;;) {
    const ready = readiness.wait(LONGEST_WAIT_MS);
    for (const descriptor of ready) {
      const socket = served.get(descriptor);
      if (socket !== undefined) answerAll(descriptor, socket, batch);
    }
    // After the queries that were there already: the mark says that they have been answered.
    if (!ready.includes(bell)) continue;
    readSync(bell, rung);
    for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
      take(got.message as IdentityWork, served, readiness);
      port.postMessage(null);
    }
  }
}

function take(work: IdentityWork, served: Map<number, Served>, readiness: Readiness): void {
  if (work.kind === 'mark') return;
  if (work.kind === 'close') {
    served.delete(work.descriptor);
    closeSync(work.descriptor);
    return;
  }
  DatagramBatch.prepare(work.descriptor);
  served.set(work.descriptor, { answer: new PreparedAnswer(work.instance), state: work.state });
  readiness.add(work.descriptor, work.descriptor);
}

function answerAll(descriptor: number, { answer, state }: Served, batch: DatagramBatch): void {
  const count = batch.receive(descriptor);
  for (let index = 0; index < count && Atomics.load(state, 0) === ANSWERS; index++) {
    const reply = answer.to(batch.message(index));
    if (reply !== undefined) batch.reply(index, reply);
  }
  batch.sendReplies(descriptor);
}

// A bundle of its own: no second copy of the agent is loaded for it.
if (parentPort !== null) answerIdentities(parentPort, (workerData as IdentityWorkStart).bell);
