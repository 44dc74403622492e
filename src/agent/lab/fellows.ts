import type { Socket } from 'node:dgram';
import { FellowTalk, type Arrived, type FellowMessage } from '../../protocol/fellow-talk.js';
import type { Part } from '../../protocol/part.js';
import type { NetNamespace } from '../system/kernel.js';
import { openUdp } from '../system/sockets.js';
import { othersOf, talkAddress, wayOfTalk } from './trunk-lines.js';

const TALK_PORT = 4787;
const EVERY_MS = 100;
/** News is said so often: one of the messages may be lost. */
const TIMES = 3;
/** And all of it again after this time, also where nothing is new. */
const AGAIN_MS = 1000;
/** Far longer than an agent on a busy machine is ever silent. */
const LOST_AFTER_MS = 15_000;

interface Fellow {
  /** The way there: another one is another fellow. */
  readonly way: string;
  readonly talk: FellowTalk;
  readonly socket: Socket;
  readonly address: string;
  heardAtMs: number;
}

/** The agents of the other machines, and what they and this one tell each other. */
export class Fellows {
  #fellows: ReadonlyMap<number, Fellow> = new Map();
  #messages = 0;
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
    readonly namespace: NetNamespace,
    /** Of this agent. */
    readonly number: number,
  ) {}

  /** In the namespace of the links between machines. */
  static async meet(namespace: NetNamespace, part: Part): Promise<Fellows> {
    const fellows = new Fellows(namespace, part.machine);
    await fellows.follow(part);
    setInterval(() => {
      fellows.#turn();
    }, EVERY_MS);
    return fellows;
  }

  /** These are the others from now on. */
  async follow(part: Part): Promise<void> {
    const others = othersOf(part).map((machine) => [machine, JSON.stringify(wayOfTalk(part, machine))] as const);
    const kept = new Map(
      others.flatMap(([machine, way]) => {
        const known = this.#fellows.get(machine);
        return known?.way === way ? [[machine, known] as const] : [];
      }),
    );
    for (const [machine, { socket }] of this.#fellows) if (!kept.has(machine)) socket.close();
    this.#fellows = kept;
    const met = new Map(kept);
    for (const [machine, way] of others) if (!kept.has(machine)) met.set(machine, await this.#meet(machine, way));
    this.#fellows = met;
  }

  async #meet(machine: number, way: string): Promise<Fellow> {
    const socket = await openUdp(this.namespace, talkAddress(this.number, machine), TALK_PORT);
    const address = talkAddress(machine, this.number);
    const fellow: Fellow = { way, talk: new FellowTalk(), socket, address, heardAtMs: performance.now() };
    socket.on('message', (bytes) => {
      fellow.heardAtMs = performance.now();
      if (fellow.talk.hear(JSON.parse(bytes.toString()) as FellowMessage)) this.onNews();
    });
    return fellow;
  }

  /** It decides for all. */
  get isFirst(): boolean {
    return [...this.#fellows.keys()].every((machine) => machine > this.number);
  }

  get talks(): readonly FellowTalk[] {
    return [...this.#fellows.values()].map(({ talk }) => talk);
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
    for (const { talk, heardAtMs } of this.#fellows.values()) if (now - heardAtMs > LOST_AFTER_MS) talk.lose();
    this.sayNews();
    const isCounting = this.arrived.size > 0;
    if (isCounting || this.#timesLeft > 0 || now - this.#saidAtMs >= AGAIN_MS) this.#say();
  }

  #say(): void {
    this.#saidAtMs = performance.now();
    this.#timesLeft -= 1;
    const message: FellowMessage = {
      number: this.#messages++,
      atMs: this.#saidAtMs,
      ...this.ofInstances(),
      arrived: Object.fromEntries(this.arrived),
      attacked: [...this.attacked],
    };
    const text = JSON.stringify(message);
    for (const { socket, address } of this.#fellows.values()) socket.send(text, TALK_PORT, address, () => undefined);
  }
}
