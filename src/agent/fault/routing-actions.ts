import type { FaultEffect } from '../../fault/fault-effect.js';
import { policyAt } from '../../forecast/bgp-routes.js';
import type { Condition, Hijack } from '../../forecast/condition.js';
import { protocols, protocolsOf } from '../../plan/protocols.js';
import type { Daemon, PlanBgp, PlanNode } from '../../plan/model.js';
import { renderedProtocols } from '../../render/protocols.js';
import { changedPolicyLines, leakLines, hijackLines } from '../../render/policy-changes.js';
import type { PolicyFault } from '../../topology/model/fault.js';
import { Hijacker } from './hijacker.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { LabNode } from '../node/lab-node.js';

/** The kinds of fault that routing daemons are told of. */
export type RoutingFault = 'hijack' | 'drain' | 'leak' | PolicyFault;
type RoutingEffect = FaultEffect<RoutingFault>;

/** What has been said to one daemon over its configuration file, by what it is about. */
type Said = Map<string, readonly string[]>;

/**
 * Faults of routing itself. Each is a difference between what a node's daemons were configured with and what they say
 * now; a node is brought in line with all its faults together, when one comes or goes and when its daemons were started
 * anew.
 */
export class RoutingActions {
  readonly #said = new Map<string, Said>();
  readonly #hijackers = new Map<string, Hijacker>();

  constructor(readonly lab: RunningLab) {}

  /** A fault has come or gone. */
  async follow(effect: RoutingEffect): Promise<void> {
    for (const name of nodesOf(effect)) await this.bringInLine(name);
  }

  /** The node's daemons have read their files again: nothing that was said since holds. */
  async afterStart(name: string): Promise<void> {
    this.#said.delete(name);
    await this.bringInLine(name);
  }

  /**
   * What of a fault nobody was told, or the kernel does not have. Who has crashed, or stands still, is told when it
   * goes on.
   */
  async missingOf(effect: RoutingEffect): Promise<readonly string[]> {
    const responsive = nodesOf(effect).filter((name) => this.lab.node(name).isResponsive);
    const untold = responsive
      .filter((name) => !this.#isSaid(name, effect))
      .map((name) => `no daemon of ${name} was told`);
    if (effect.kind !== 'hijack' || responsive.length === 0) return untold;
    return [...untold, ...(await this.#hijackerAt(this.lab.node(effect.node)).missing(effect))];
  }

  #isSaid(name: string, effect: RoutingEffect): boolean {
    const bgp = this.lab.node(name).plan.routing?.bgp;
    const said = [...(this.#said.get(name)?.keys() ?? [])];
    const isAbout = (about: string): boolean => said.some((key) => key.split(' ').slice(1).join(' ').startsWith(about));
    // OSPF tells what the kernel has.
    if (effect.kind === 'hijack')
      return (
        bgp === undefined ||
        effect.prefixes.every((prefix) => bgp.origins.some((origin) => origin.prefix === prefix)) ||
        isAbout('hijack')
      );
    if (!('policy' in effect)) return isAbout(effect.kind);
    const ends = effect.ends.filter(({ node }) => node === name).map((end) => end.interface);
    return (
      bgp?.sessions.some(
        (session) => ends.includes(session.interface ?? '') && isAbout(`policy ${session.neighborAddress}`),
      ) ?? false
    );
  }

  async bringInLine(name: string): Promise<void> {
    const node = this.lab.node(name);
    const { condition } = this.lab;
    const hijacks = node.isRunning ? condition.hijacks.filter((hijack) => hijack.node === name) : [];
    // It answers before anybody is told, and the last one who was told finds it still.
    await this.#hijackerAt(node).answerFor(hijacks, { keepOthers: node.isRunning });
    // Daemons that stand still would not answer: they are told when they go on.
    if (node.isResponsive) await this.#configure(node, condition, hijacks);
    await this.#hijackerAt(node).announce(hijacks);
    await this.#hijackerAt(node).answerFor(hijacks);
  }

  async #configure(node: LabNode, condition: Condition, hijacks: readonly Hijack[]): Promise<void> {
    const { routing } = node.plan;
    if (routing === undefined) return;
    const isDrained = condition.drainedNodes.has(node.name);
    for (const protocol of protocolsOf(routing)) {
      const lines = renderedProtocols[protocol].drain(node.plan, routing, isDrained);
      await this.#say(node, protocols[protocol].daemon, 'drain', lines, isDrained);
    }
    if (routing.bgp !== undefined) await this.#configureBgp(node, routing.bgp, condition, hijacks);
  }

  async #configureBgp(node: LabNode, bgp: PlanBgp, condition: Condition, hijacks: readonly Hijack[]): Promise<void> {
    const isLeaking = condition.leakingNodes.has(node.name);
    const own = new Set(bgp.origins.map(({ prefix }) => prefix));
    const hijacked = [...new Set(hijacks.flatMap(({ prefixes }) => prefixes))].filter((prefix) => !own.has(prefix));
    await this.#say(
      node,
      'bgpd',
      'hijack',
      hijackLines(bgp.asn, hijacked, this.#earlierHijacks(node.name)),
      hijacked.length > 0,
    );
    for (const session of bgp.sessions.filter(({ kind }) => kind === 'external')) {
      const policy = policyAt(node.name, session, condition);
      const isChanged = condition.policies.has(`${node.name}:${session.interface ?? ''}`);
      const saidPolicy = await this.#say(
        node,
        'bgpd',
        `policy ${session.neighborAddress}`,
        changedPolicyLines(session, policy, bgp.asn),
        isChanged,
      );
      const saidLeak = await this.#say(
        node,
        'bgpd',
        `leak ${session.neighborAddress}`,
        leakLines(session, isLeaking),
        isLeaking,
      );
      if (!saidPolicy && !saidLeak) continue;
      // FRR follows a changed route map after some seconds by itself; here it is asked to at once.
      const vty = await node.daemons.vty('bgpd');
      for (const direction of ['in', 'out'])
        await vty.run(`clear bgp ${session.family} unicast ${session.neighborAddress} soft ${direction}`);
    }
  }

  #earlierHijacks(name: string): readonly string[] {
    const said = this.#said.get(name)?.get('bgpd hijack') ?? [];
    return said.filter((line) => line.startsWith('network ')).map((line) => line.split(' ').at(-1) ?? '');
  }

  /**
   * Says lines where they differ from what was said before; at first, where they differ from the file. Whether it said
   * them.
   */
  async #say(
    node: LabNode,
    daemon: Daemon,
    about: string,
    lines: readonly string[],
    differsFromFile: boolean,
  ): Promise<boolean> {
    const said: Said = this.#said.get(node.name) ?? new Map<string, readonly string[]>();
    this.#said.set(node.name, said);
    const key = `${daemon} ${about}`;
    const before = said.get(key);
    if (before === undefined ? !differsFromFile : before.join('\n') === lines.join('\n')) return false;
    if ((await node.daemons.ended()).includes(daemon)) return false;
    const vty = await node.daemons.vty(daemon);
    if (lines.length > 0) await vty.configure(lines);
    if (differsFromFile) said.set(key, lines);
    else said.delete(key);
    return true;
  }

  #hijackerAt(node: LabNode): Hijacker {
    const known =
      this.#hijackers.get(node.name) ?? new Hijacker(node, this.lab.plan.services, this.lab.shared.identityThread);
    this.#hijackers.set(node.name, known);
    return known;
  }
}

function nodesOf(effect: RoutingEffect): readonly PlanNode['name'][] {
  return 'policy' in effect ? [...new Set(effect.ends.map(({ node }) => node))] : [effect.node];
}
