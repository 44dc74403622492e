import type { Socket } from 'node:dgram';
import { FellowTalk, type Arrived, type FellowMessage } from '../../protocol/fellow-talk.js';
import type { Part } from '../../protocol/part.js';
import type { NetNamespace } from '../system/kernel.js';
import { openUdp } from '../system/sockets.js';
import { talkAddress } from './trunk-lines.js';

const TALK_PORT = 4787;
const EVERY_MS = 100;
/** News is said so often: one of the messages may be lost. */
const TIMES = 3;
/** And all of it again after this time, also where nothing is new. */
const AGAIN_MS = 1000;
/** Far longer than an agent on a busy machine is ever silent. */
const LOST_AFTER_MS = 15_000;

interface Fellow {
  readonly talk: FellowTalk;
  readonly socket: Socket;
  readonly address: string;
  heardAtMs: number;
}

/** The agents of the other machines, and what they and this one tell each other. */
export class Fellows {
  readonly #fellows: Fellow[] = [];
  #number = 0;
  #saidAtMs = -Infinity;
  #said = '';
  #timesLeft = TIMES;
  /** What is told of the instances here. */
  ofInstances: () => Pick<FellowMessage, 'announced' | 'kept'> = () => ({ announced: [], kept: [] });
  /** What has come to services that sinkholes defend, and which of them are under attack. */
  readonly arrived = new Map<string, Arrived>();
  readonly attacked = new Set<string>();
  /** Called when one of them has said something. */
  onNews: () => void = () => undefined;

  private constructor(
    /** The one that decides for all. */
    readonly isFirst: boolean,
  ) {}

  /** In the namespace of the links between machines. */
  static async meet(namespace: NetNamespace, { machine: own, machines }: Part): Promise<Fellows> {
    const fellows = new Fellows(own === 0);
    for (const machine of machines.keys()) {
      if (machine === own) continue;
      const socket = await openUdp(namespace, talkAddress(own, machine), TALK_PORT);
      const address = talkAddress(machine, own);
      const fellow: Fellow = { talk: new FellowTalk(), socket, address, heardAtMs: performance.now() };
      fellows.#fellows.push(fellow);
      socket.on('message', (bytes) => {
        fellow.heardAtMs = performance.now();
        if (fellow.talk.hear(JSON.parse(bytes.toString()) as FellowMessage)) fellows.onNews();
      });
    }
    setInterval(() => {
      fellows.#turn();
    }, EVERY_MS);
    return fellows;
  }

  get talks(): readonly FellowTalk[] {
    return this.#fellows.map(({ talk }) => talk);
  }

  isAnnounced(key: string): boolean {
    return this.talks.some(({ last }) => last?.announced.includes(key) === true);
  }

  get kept(): readonly string[] {
    return this.talks.flatMap(({ last }) => last?.kept ?? []);
  }

  /** Whether the first of them holds that a service is under attack. */
  isAttacked(service: string): boolean {
    return this.talks.some(({ last }) => last?.attacked.includes(service) === true);
  }

  /** Says what is new, at once. */
  sayNews(): void {
    const told = { ...this.ofInstances(), attacked: [...this.attacked] };
    const text = JSON.stringify(told);
    if (text === this.#said) return;
    this.#said = text;
    this.#timesLeft = TIMES;
    this.#say();
  }

  #turn(): void {
    const now = performance.now();
    for (const { talk, heardAtMs } of this.#fellows) if (now - heardAtMs > LOST_AFTER_MS) talk.lose();
    this.sayNews();
    const isCounting = this.arrived.size > 0;
    if (isCounting || this.#timesLeft > 0 || now - this.#saidAtMs >= AGAIN_MS) this.#say();
  }

  #say(): void {
    this.#saidAtMs = performance.now();
    this.#timesLeft -= 1;
    const message: FellowMessage = {
      number: this.#number++,
      atMs: this.#saidAtMs,
      ...this.ofInstances(),
      arrived: Object.fromEntries(this.arrived),
      attacked: [...this.attacked],
    };
    const text = JSON.stringify(message);
    for (const { socket, address } of this.#fellows) socket.send(text, TALK_PORT, address, () => undefined);
  }
}
