import { closeSync } from 'node:fs';
import { echoIdOf, readEchoReply, type EchoId } from '../../codec/echo.js';
import { parseIcmpError, type IcmpError } from '../../codec/icmp-error.js';
import type { Fate } from '../../protocol/timeline.js';
import { senderOf } from '../system/addresses.js';
import type { NetNamespace, SocketFamily } from '../system/kernel.js';
import { Readiness } from '../system/readiness.js';

const LOOK_EVERY_MS = 1;

/** What ICMP said of a packet: it was an echo, and was answered; or what became of it. */
export type IcmpWord = 'reply' | Exclude<Fate, 'answered' | 'silent'>;

/** A packet to receive errors about, by the ports of its flow or by the id of its echo. */
export type IcmpSubject =
  | { readonly protocol: 'udp' | 'tcp'; readonly sourcePort: number; readonly destination: string }
  | ({ readonly protocol: 'icmp' } & EchoId);

const FATES = { 'hop-limit-exceeded': 'loop', refused: 'refused', unreachable: 'unreachable' } as const;

/** A raw ICMP socket of one namespace, for one family. */
export interface IcmpListener {
  readonly namespace: NetNamespace;
  readonly family: SocketFamily;
  readonly descriptor: number;
  readonly waiting: Map<string, Hear>;
}

/** `quoted` is the packet behind its IP header, where an error quotes it; `from` is the address of who says it. */
export type Hear = (word: IcmpWord, quoted: Buffer | undefined, from: string) => void;

/**
 * Hears what ICMP says in some namespaces about packets that were sent from there. Each namespace has a socket for each
 * family, opened when it is first needed; one descriptor says which of them received something, and is read once a
 * millisecond.
 */
export class IcmpListeners {
  /** By the tag under which their sockets are watched. */
  readonly #listeners: IcmpListener[] = [];
  readonly #readiness = new Readiness();
  readonly #timer = setInterval(() => {
    this.look();
  }, LOOK_EVERY_MS);

  /** The listener of a namespace and family. */
  of(namespace: NetNamespace, family: SocketFamily): IcmpListener {
    const known = this.#listeners.find((each) => each.namespace === namespace && each.family === family);
    if (known !== undefined) return known;
    const descriptor = namespace.run((kernel) => kernel.socket('icmp', family));
    this.#readiness.add(descriptor, this.#listeners.length);
    const listener: IcmpListener = { namespace, family, descriptor, waiting: new Map() };
    this.#listeners.push(listener);
    return listener;
  }

  /** Takes what has arrived by now. */
  look(): void {
    for (const tag of this.#readiness.wait(0)) {
      const listener = this.#listeners[tag];
      if (listener === undefined) continue;
      const { kernel } = listener.namespace;
      for (
        let heard = kernel.receive(listener.descriptor);
        heard !== undefined;
        heard = kernel.receive(listener.descriptor)
      )
        take(listener, heard.payload, senderOf(heard.from, listener.family));
    }
  }

  close(): void {
    clearInterval(this.#timer);
    for (const { descriptor } of this.#listeners.splice(0)) closeSync(descriptor);
    this.#readiness.close();
  }
}

/** Calls `hear` with the ICMP errors about a packet, until the result is called. */
export function hearOf(listener: IcmpListener, subject: IcmpSubject, hear: Hear): () => void {
  const key = keyOf(subject);
  listener.waiting.set(key, hear);
  return () => {
    if (listener.waiting.get(key) === hear) listener.waiting.delete(key);
  };
}

function take({ namespace, family, waiting }: IcmpListener, message: Buffer, from: string): void {
  // Its programs are frozen, and with them those that wait for an answer.
  if (namespace.isFrozen) return;
  const reply = readEchoReply(message, family);
  if (reply !== undefined) {
    waiting.get(keyOf({ protocol: 'icmp', ...reply }))?.('reply', undefined, from);
    return;
  }
  const error = parseIcmpError(message, family);
  if (error !== undefined) waiting.get(keyOf(subjectOf(error)))?.(FATES[error.kind], error.quoted, from);
}

function subjectOf({ protocol, destination, quoted }: IcmpError): IcmpSubject {
  return protocol === 'icmp'
    ? { protocol, ...echoIdOf(quoted) }
    : { protocol, sourcePort: quoted.readUInt16BE(0), destination };
}

function keyOf(subject: IcmpSubject): string {
  return subject.protocol === 'icmp'
    ? `icmp ${String(subject.id)} ${String(subject.sequence)}`
    : `${subject.protocol} ${String(subject.sourcePort)} ${subject.destination}`;
}
