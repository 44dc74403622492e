import type { Socket } from 'node:net';
import { LabError } from '../../errors.js';
import { allot, riskOfAny, type FlowNumber } from '../../forecast/flow-numbers.js';
import type { Question } from '../../plan/model.js';
import { identityQuestion } from '../../codec/dns-identity.js';
import { DnsStream, framed } from '../../codec/dns-stream.js';
import { readWhoami, whoamiRequest } from '../../codec/whoami.js';
import { allConnections, type ConnectionsSeen } from '../../protocol/connections.js';
import { pollUntil } from '../../support/poll.js';
import type { Asked } from './probe-stream.js';
import type { IdentityExchange } from '../service/service-driver.js';
import { openConnection } from '../system/sockets.js';

/**
 * Of each client to each address at least; as many as it has flows where it takes more of them to be on every equal
 * way.
 */
const LEAST_EACH = 4;
const MOST = 1024;
const OPEN_DEADLINE_MS = 2000;
/**
 * The kernel sends again after 200 ms, 400 ms and so on (RFC 6298): what gets no answer in this time is as good as
 * broken.
 */
const ANSWER_DEADLINE_MS = 3000;

/**
 * TCP connections that every client holds open while something is changed. One lives through it if the same instance
 * still answers over it afterwards: another instance knows nothing of it, and resets it (RFC 1546, RFC 4786 section
 * 4.4.3).
 */
export class OpenConnections {
  private constructor(
    readonly connections: readonly OpenConnection[],
    /** How probable it is that one of the equal-cost paths of a question carries none of its connections. */
    readonly risks: ReadonlyMap<Question, number>,
  ) {}

  /** Opens them, and sends a query over each; those without an answer do not count. */
  static async open(numbers: readonly FlowNumber[], lab: Asked): Promise<OpenConnections> {
    // Only a command could ask over these, and it opens its own.
    const held = numbers.filter(({ question }) => lab.identityOf(question.service).kind !== 'command');
    const granted = allot(
      held.map(({ flows }) => Math.max(LEAST_EACH, flows)),
      MOST,
    );
    const opened = held.flatMap(({ question }, index) =>
      Array.from({ length: granted[index] ?? 0 }, () => new OpenConnection(question, lab)),
    );
    await pollUntil(
      () => opened.every((each) => each.isBroken || each.isAnswered),
      (done) => done,
      { everyMs: 2, deadlineMs: OPEN_DEADLINE_MS },
    );
    const [open, others] = [
      opened.filter((each) => each.isAnswered && !each.isBroken),
      opened.filter((each) => each.isBroken || !each.isAnswered),
    ];
    for (const each of others) each.close();
    const openOf = ({ question }: FlowNumber): number => open.filter((each) => each.question === question).length;
    return new OpenConnections(
      open,
      new Map(
        held
          .filter((number) => openOf(number) > 0)
          .map((number) => [number.question, riskOfAny(number.shares, openOf(number))]),
      ),
    );
  }

  /** Asks once more over each: how many were open, and how many of them are so no longer. */
  async count(): Promise<ConnectionsSeen> {
    for (const each of this.connections) each.ask();
    await pollUntil(
      () => this.connections.every((each) => each.isBroken || each.isAnswered),
      (done) => done,
      { everyMs: 5, deadlineMs: ANSWER_DEADLINE_MS },
    );
    return allConnections(
      [...this.risks].map(([question, risk]) => {
        const own = this.connections.filter((each) => each.question === question);
        const { service, address } = question;
        const broken = own.filter((each) => each.isBroken || !each.isAnswered).length;
        return { service, address, open: own.length, broken, risk };
      }),
    );
  }

  close(): void {
    for (const each of this.connections) each.close();
  }
}

class OpenConnection {
  readonly #socket: Socket;
  #asked = 0;
  #answered = 0;
  readonly #stream = new DnsStream();
  readonly #kind: IdentityExchange['kind'];
  #page = '';
  isBroken = false;

  constructor(
    readonly question: Question,
    lab: Asked,
  ) {
    const identity = lab.identityOf(question.service);
    if (identity.kind === 'command') throw new LabError('BUG', `${question.service} is asked by a command`);
    const { kind, port } = identity;
    this.#kind = kind;
    this.#socket = openConnection(lab.namespaceOf(question.client), question.family, 0);
    const breaks = (): void => {
      this.isBroken = true;
    };
    this.#socket.on('error', breaks);
    this.#socket.on('end', breaks);
    this.#socket.on('close', breaks);
    this.#socket.on('data', (chunk: Buffer) => {
      this.#answered += this.#kind === 'dns' ? this.#stream.take(chunk).length : this.#takePage(chunk);
    });
    this.#socket.connect({ host: question.address, port });
    this.ask();
  }

  get isAnswered(): boolean {
    return this.#answered === this.#asked;
  }

  ask(): void {
    if (this.isBroken) return;
    const message =
      this.#kind === 'dns'
        ? framed(identityQuestion(this.#asked & 0xffff))
        : whoamiRequest(this.question.service, 'keep-alive');
    this.#asked += 1;
    this.#socket.write(message);
  }

  close(): void {
    this.#socket.resetAndDestroy();
  }

  /** How many answers are whole now: each query waits for the one before it. */
  #takePage(chunk: Buffer): number {
    this.#page += chunk.toString('latin1');
    if (readWhoami(this.#page) === undefined) return 0;
    this.#page = '';
    return 1;
  }
}
