import { randomUUID } from 'node:crypto';
import { closeSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:dgram';
import { readKernelNews } from '../../codec/route-netlink.js';
import { CarrierTalk, type CarrierMessage } from '../../protocol/carrier-talk.js';
import type { Part } from '../../protocol/part.js';
import type { NetNamespace } from '../system/kernel.js';
import { loadNewsSockets, type NewsSockets } from '../system/netlink-socket.js';
import { Readiness } from '../system/readiness.js';
import { openUdp } from '../system/sockets.js';
import type { RunningLab } from './running-lab.js';
import {
  bridgeLines,
  endTalkLines,
  mtuOf,
  othersOf,
  talkAddress,
  trunkLines,
  tunnelName,
  wayOfLink,
  wayOfTalk,
  type Trunk,
  type TrunkLines,
} from './trunk-lines.js';
import { endWords, interfaceIndex, pathOf, runBatch, vethLine, type Namespaces } from './wiring.js';

const LOOK_EVERY_MS = 3;
const TALK_PORT = 4788;
/** What was not confirmed is said again after this time. */
const SAY_AGAIN_MS = 100;
/** A machine says that it is there, also when nothing changes. */
const STILL_HERE_MS = 1000;
/** Far longer than an agent on a busy machine is ever silent. */
const LOST_AFTER_MS = 15_000;

interface Peer {
  /** The way there: another one is another peer. */
  readonly way: string;
  readonly talk: CarrierTalk;
  readonly socket: Socket;
  readonly address: string;
  saidAtMs: number;
  heardAtMs: number;
}

/** News of a node's links. */
interface Ear {
  readonly node: string;
  generation: number;
  descriptor: number;
}

/**
 * The links of a part of a lab to nodes of other parts, on other machines. Each is a veth pair whose far end is in a namespace of the agent's own, and
 * there on a bridge with a VXLAN of its own to the other machine; the kernel removes all of it with the agent. VXLAN has no
 * carrier: the agents tell each other which ends are up, over one more VXLAN between each two machines.
 */
export class Trunks {
  readonly #peers = new Map<number, Peer>();
  readonly #ears = new Map<number, Ear>();
  readonly #byEnd = new Map<string, Trunk>();
  /** The links whose end here is up. */
  readonly #up = new Set<number>();
  readonly #sockets: NewsSockets = loadNewsSockets();
  readonly #readiness = new Readiness();
  #tags = 0;
  #part: Part;

  private constructor(
    readonly lab: RunningLab,
    readonly namespace: NetNamespace,
    readonly namespaces: Pick<Namespaces, 'home' | 'tools'>,
    part: Part,
    trunks: readonly Trunk[],
  ) {
    this.#part = part;
    this.#know(trunks);
  }

  /** Makes the links within a part of a lab, and those to other parts. LabError DEPLOY_FAILED. */
  static async wire(lab: RunningLab, part: Part, namespaces: Namespaces): Promise<Trunks> {
    const { home, of } = namespaces;
    const far = home.create();
    // A bridge would take part in the lab's networks.
    far.run(() => {
      writeFileSync('/proc/sys/net/ipv6/conf/default/disable_ipv6', '1');
      writeFileSync('/proc/sys/net/ipv6/conf/all/disable_ipv6', '1');
    });
    const pairs: string[] = [];
    const trunks: Trunk[] = [];
    for (const [link, { ends }] of lab.plan.links.entries()) {
      const [a, b] = ends;
      const machine = part.trunks[link];
      if (machine !== undefined) {
        const end = lab.nodes.has(a.node) ? 0 : 1;
        const own = ends[end];
        trunks.push({ link, end, own, machine, mtu: mtuOf(lab.plan, own) });
        pairs.push(vethLine(own.interface, link, end, of(own.node), `t${String(link)} netns ${pathOf(far)}`));
      } else if (lab.nodes.has(a.node)) {
        const peer = `${endWords(b.interface, link, 1)} netns ${pathOf(of(b.node))}`;
        pairs.push(vethLine(a.interface, link, 0, of(a.node), peer));
      }
    }
    const made = new Trunks(lab, far, namespaces, part, trunks);
    // Before the first interface is up: what an end becomes is heard.
    for (const node of new Set(trunks.map(({ own }) => own.node))) made.#listenTo(node);
    await made.#lead(part, othersOf(part), trunks, { home: pairs, far: bridgeLines(trunks) });
    setInterval(() => {
      made.#look();
    }, LOOK_EVERY_MS);
    return made;
  }

  /** Nodes of a lost part are in others now: links lead there. */
  async follow(part: Part): Promise<void> {
    const before = this.#part;
    this.#part = part;
    const left = [...this.#peers].filter(
      ([machine, { way }]) => !othersOf(part).includes(machine) || JSON.stringify(wayOfTalk(part, machine)) !== way,
    );
    const trunks = [...this.#byEnd.values()].map((trunk) => ({
      before: trunk,
      now: { ...trunk, machine: part.trunks[trunk.link] ?? trunk.machine },
    }));
    const moved = trunks.filter(
      (each) => JSON.stringify(wayOfLink(before, each.before)) !== JSON.stringify(wayOfLink(part, each.now)),
    );
    for (const [machine, peer] of left) {
      this.#setCarriers(peer.talk.lose());
      peer.socket.close();
      this.#peers.delete(machine);
    }
    await runBatch(this.namespaces, this.namespace, [
      ...left.flatMap(([machine]) => endTalkLines(before, machine)),
      ...moved.map((each) => `link del ${tunnelName(each.before)}`),
    ]);
    const now = moved.map((each) => each.now);
    this.#know(now);
    await this.#lead(
      part,
      othersOf(part).filter((machine) => !this.#peers.has(machine)),
      now,
    );
  }

  #know(trunks: readonly Trunk[]): void {
    for (const trunk of trunks) this.#byEnd.set(`${trunk.own.node} ${interfaceIndex(trunk.link, trunk.end)}`, trunk);
  }

  /** Makes the ways of these links, and to what these other parts say, after `first`. */
  async #lead(
    part: Part,
    others: readonly number[],
    trunks: readonly Trunk[],
    first: Pick<TrunkLines, 'home' | 'far'> = { home: [], far: [] },
  ): Promise<void> {
    const { namespace, namespaces } = this;
    const lines = trunkLines(part, { others, trunks }, pathOf(namespace));
    await runBatch(namespaces, namespaces.home, [...first.home, ...lines.home]);
    await runBatch(namespaces, namespace, [...first.far, ...lines.far]);
    await runBatch(namespaces, namespace, lines.bridge, 'bridge');
    for (const machine of others) await this.#meet(part, machine);
  }

  async #meet(part: Part, machine: number): Promise<void> {
    const own = part.machine;
    const socket = await openUdp(this.namespace, talkAddress(own, machine), TALK_PORT);
    const now = performance.now();
    const peer: Peer = {
      way: JSON.stringify(wayOfTalk(part, machine)),
      talk: new CarrierTalk(randomUUID()),
      socket,
      address: talkAddress(machine, own),
      saidAtMs: -Infinity,
      heardAtMs: now,
    };
    this.#peers.set(machine, peer);
    for (const trunk of this.#byEnd.values())
      if (trunk.machine === machine && this.#up.has(trunk.link)) peer.talk.note(trunk.link, true);
    socket.on('message', (bytes) => {
      const { changed, isNew } = peer.talk.hear(JSON.parse(bytes.toString()) as CarrierMessage);
      peer.heardAtMs = performance.now();
      this.#setCarriers(changed);
      if (isNew) this.#say(peer);
    });
  }

  #listenTo(node: string): void {
    const { namespace } = this.lab.node(node);
    const descriptor = this.#sockets.open(namespace);
    const tag = this.#tags++;
    this.#readiness.add(descriptor, tag);
    this.#ears.set(tag, { node, generation: namespace.generation, descriptor });
  }

  #look(): void {
    for (const tag of this.#readiness.wait(0)) {
      const ear = this.#ears.get(tag);
      if (ear !== undefined) this.#hear(ear);
    }
    for (const [tag, { node, generation, descriptor }] of [...this.#ears]) {
      if (this.lab.node(node).namespace.generation === generation) continue;
      closeSync(descriptor);
      this.#ears.delete(tag);
      this.#listenTo(node);
    }
    const now = performance.now();
    for (const peer of this.#peers.values()) {
      if (now - peer.saidAtMs > (peer.talk.isUnheard ? SAY_AGAIN_MS : STILL_HERE_MS)) this.#say(peer);
      if (now - peer.heardAtMs > LOST_AFTER_MS) this.#setCarriers(peer.talk.lose());
    }
  }

  #hear({ node, descriptor }: Ear): void {
    for (
      let heard = this.#sockets.receive(descriptor);
      heard !== undefined;
      heard = this.#sockets.receive(descriptor)
    ) {
      for (const news of readKernelNews(heard)) {
        const trunk = news.kind === 'link' ? this.#byEnd.get(`${node} ${String(news.index)}`) : undefined;
        if (news.kind !== 'link' || trunk === undefined) continue;
        const isUp = news.isEnabled && !news.isGone;
        if (isUp) this.#up.add(trunk.link);
        else this.#up.delete(trunk.link);
        const peer = this.#peers.get(trunk.machine);
        if (peer?.talk.note(trunk.link, isUp) === true) this.#say(peer);
      }
    }
  }

  #say(peer: Peer): void {
    peer.saidAtMs = performance.now();
    peer.socket.send(JSON.stringify(peer.talk.message()), TALK_PORT, peer.address, () => undefined);
  }

  #setCarriers(changed: readonly (readonly [link: number, isUp: boolean])[]): void {
    if (changed.length === 0) return;
    this.namespace.run((kernel) => {
      for (const [link, isUp] of changed) kernel.setInterfaceUp(`t${String(link)}`, isUp);
    });
  }
}
