import { closeSync } from 'node:fs';
import type { TimelineEvent } from '../../protocol/timeline.js';
import { readKernelNews, type KernelNews } from '../../codec/route-netlink.js';
import { round } from '../../support/round.js';
import { DaemonLogs } from './daemon-logs.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { LabNode } from '../node/lab-node.js';
import { nodeNames } from '../node/node-names.js';
import { Readiness } from '../system/readiness.js';
import { onEachTick, type Ticker } from '../system/ticker.js';
import { loadNewsSockets, type NewsSockets } from '../system/netlink-socket.js';

const LOOK_EVERY_MS = 1;
/** A lab that never settles must not fill the memory. */
const MOST_EVENTS = 20_000;

interface Listener {
  readonly node: LabNode;
  readonly descriptor: number;
  readonly generation: number;
  /** Interfaces by their index, and whether each was up by its last report. */
  readonly devices: ReadonlyMap<number, string>;
  readonly up: Map<string, boolean>;
}

/**
 * Writes down what every node's kernel says of its links, addresses and routes (rtnetlink(7)), what its daemons say of
 * their neighbors, which programs end by themselves, and each fault and repair, all on the agent's one clock. It asks the kernels once
 * a millisecond.
 */
export class Recorder {
  readonly #events: TimelineEvent[] = [];
  /** By the tag under which their sockets are watched. */
  readonly #listeners = new Map<number, Listener>();
  #tags = 0;
  readonly #sockets: NewsSockets = loadNewsSockets();
  readonly #readiness = new Readiness();
  readonly #logs: DaemonLogs;
  readonly #neighborOf: (node: string, device: string, via: string | undefined) => string | undefined;
  readonly #addresses: ReadonlySet<string>;
  readonly #startedAtMs = performance.now();
  readonly #stopTicking: (() => void) | undefined;
  readonly #tell: (event: TimelineEvent) => void;
  readonly #unlisten: () => void;
  #isClosed = false;
  #heardAtMs = -Infinity;

  /**
   * With a listener nothing is kept, and nothing happens by itself: each event is passed on as it arrives, and the
   * listener calls `look` and `readLogs`. Otherwise it looks at each tick of the given ticker, or of its own.
   */
  constructor(
    readonly lab: RunningLab,
    { listener, ticker }: { listener?: (event: TimelineEvent) => void; ticker?: Ticker } = {},
  ) {
    this.#tell =
      listener ??
      ((event) => {
        if (this.#events.length < MOST_EVENTS) this.#events.push(event);
      });
    const names = nodeNames(lab.plan);
    this.#neighborOf = names.neighborOf;
    this.#addresses = new Set(lab.plan.services.flatMap(({ addresses }) => addresses));
    this.#logs = new DaemonLogs(
      [...lab.nodes.values()],
      (node, address, device) =>
        names.ownerOf(address) ?? (device === undefined ? undefined : names.neighborOf(node, device, undefined)),
    );
    for (const node of lab.nodes.values()) this.#listenTo(node);
    this.#unlisten = lab.ownNews.listen(this.#tell);
    if (listener === undefined)
      this.#stopTicking = onEachTick(ticker, LOOK_EVERY_MS, () => {
        this.look();
      });
  }

  /** Notes what a step does. */
  note(event: Omit<TimelineEvent, 'node'>): void {
    this.#events.push({ ...event, atMs: round(event.atMs), node: null });
  }

  /** What was heard, in the order of time. */
  stop(): readonly TimelineEvent[] {
    this.look();
    const said = this.#logs.read().filter(({ atMs }) => atMs >= this.#startedAtMs);
    const events = [...this.#events, ...said].sort((a, b) => a.atMs - b.atMs);
    this.close();
    return events;
  }

  /** When a change of a route, a link or a neighbor was last reported, also if the memory is full of events. */
  heardAtMs(): number {
    this.look();
    return Math.max(this.#heardAtMs, ...this.#logs.read().map(({ atMs }) => atMs));
  }

  /** Passes on what daemons have logged since the last call. */
  readLogs(): void {
    for (const event of this.#logs.take()) this.#tell(event);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stopTicking?.();
    this.#unlisten();
    for (const { descriptor } of this.#listeners.values()) closeSync(descriptor);
    this.#readiness.close();
  }

  #listenTo(node: LabNode): void {
    const { namespace } = node;
    const descriptor = this.#sockets.open(namespace);
    const devices = ['lo', ...node.plan.interfaces.map(({ name }) => name)].filter(
      (name) => this.#sockets.indexOf(namespace, name) !== 0,
    );
    const tag = this.#tags++;
    this.#readiness.add(descriptor, tag);
    this.#listeners.set(tag, {
      node,
      descriptor,
      generation: namespace.generation,
      devices: new Map(devices.map((name) => [this.#sockets.indexOf(namespace, name), name])),
      up: new Map(devices.map((name) => [name, node.hasCarrier(name)])),
    });
  }

  /** Takes what kernels have reported since the last look. */
  look(): void {
    const atMs = round(performance.now());
    for (const tag of this.#readiness.wait(0)) {
      const listener = this.#listeners.get(tag);
      if (listener === undefined) continue;
      const { descriptor } = listener;
      for (
        let heard = this.#sockets.receive(descriptor);
        heard !== undefined;
        heard = this.#sockets.receive(descriptor)
      ) {
        for (const news of readKernelNews(heard)) this.#take(listener, news, atMs);
      }
    }
    this.#followRestarts();
  }

  /** A container that was started again is in another namespace, with interfaces of its own. */
  #followRestarts(): void {
    for (const [tag, { node, descriptor, generation }] of [...this.#listeners]) {
      if (node.namespace.generation === generation) continue;
      closeSync(descriptor);
      this.#listeners.delete(tag);
      this.#listenTo(node);
    }
  }

  #take({ node, devices, up }: Listener, news: KernelNews, atMs: number): void {
    if (
      news.kind === 'route' ||
      (news.kind === 'link' && up.get(devices.get(news.index) ?? '') !== (news.isUp && !news.isGone))
    )
      this.#heardAtMs = atMs;
    const add = (event: Omit<TimelineEvent, 'atMs' | 'node'>): void => {
      this.#tell({ atMs, node: node.name, ...event });
    };
    switch (news.kind) {
      case 'link': {
        const device = devices.get(news.index);
        const isUp = news.isUp && !news.isGone;
        if (device === undefined || up.get(device) === isUp) return;
        up.set(device, isUp);
        add({ kind: 'link', text: `${device} ${isUp ? 'up' : 'down'}` });
        return;
      }
      case 'address':
        if (!this.#addresses.has(news.address)) return;
        add({ kind: 'service', text: `${news.isGone ? 'gives up' : 'takes'} ${news.address}` });
        return;
      case 'route': {
        const { prefix, isGone } = news;
        const ways = news.hops.map(
          ({ index, via }) =>
            this.#neighborOf(node.name, devices.get(index) ?? '', via) ?? via ?? devices.get(index) ?? 'nowhere',
        );
        add({
          kind: 'route',
          prefix,
          text: isGone ? `${prefix} gone` : `${prefix} via ${ways.length === 0 ? 'nowhere' : ways.join(', ')}`,
        });
      }
    }
  }
}
