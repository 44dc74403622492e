import type { FaultEffect } from '../../fault/fault-effect.js';
import { policyAt } from '../../forecast/bgp-routes.js';
import type { Condition, Hijack } from '../../forecast/condition.js';
import { protocols, protocolsOf } from '../../plan/protocols.js';
import type { Daemon, PlanBgp, PlanNode } from '../../plan/model.js';
import { renderedProtocols } from '../../render/protocols.js';
import { hijackLines, mapLines, stanceLines } from '../../render/policy-changes.js';
import { stancesOfFile, type Stance } from '../../render/route-maps.js';
import type { PolicyFault } from '../../topology/model/fault.js';
import type { SinkholeState } from '../../protocol/lab-state.js';
import { nodeNames } from '../node/node-names.js';
import { Hijacker } from './hijacker.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { LabNode } from '../node/lab-node.js';

/** A router announces what is not its own. */
type TakingFault = Hijack['kind'];

/** The kinds of fault that change the configuration of routing daemons. */
export type RoutingFault = TakingFault | 'drain' | 'leak' | PolicyFault;
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
  /** How the sessions of each node were last configured. */
  readonly #stances = new Map<string, readonly Stance[]>();
  readonly #hijackers = new Map<string, Hijacker>();

  constructor(readonly lab: RunningLab) {}

  get sinkholes(): readonly SinkholeState[] {
    const names = nodeNames(this.lab.plan);
    return [...this.#hijackers.values()].flatMap((hijacker) => hijacker.sinkholes(names));
  }

  /** A fault has come or gone. */
  async follow(effect: RoutingEffect): Promise<void> {
    for (const name of nodesOf(effect)) await this.bringInLine(name);
  }

  /** The node's daemons have read their files again: nothing that was said since holds. */
  async afterStart(name: string): Promise<void> {
    this.#said.delete(name);
    this.#stances.delete(name);
    await this.bringInLine(name);
  }

  /**
   * What of a fault no daemon has in its configuration, or the kernel does not have. A node that has crashed or
   * is frozen gets it when it runs again.
   */
  async missingOf(effect: RoutingEffect): Promise<readonly string[]> {
    const responsive = nodesOf(effect).filter((name) => this.lab.node(name).isResponsive);
    const untold = responsive
      .filter((name) => !this.#isSaid(name, effect))
      .map((name) => `no daemon of ${name} took the command`);
    if (!isTaking(effect) || responsive.length === 0) return untold;
    return [...untold, ...(await this.#hijackerAt(this.lab.node(effect.node)).missing(effect))];
  }

  #isSaid(name: string, effect: RoutingEffect): boolean {
    const bgp = this.lab.node(name).plan.routing?.bgp;
    const said = [...(this.#said.get(name)?.keys() ?? [])];
    const isAbout = (about: string): boolean => said.some((key) => key.split(' ').slice(1).join(' ').startsWith(about));
    // OSPF announces what the kernel has.
    if (isTaking(effect))
      return (
        bgp === undefined ||
        effect.prefixes.every((prefix) => bgp.origins.some((origin) => origin.prefix === prefix)) ||
        isAbout('hijack')
      );
    if (!('policy' in effect) && effect.kind !== 'leak') return isAbout(effect.kind);
    const ends = 'policy' in effect ? effect.ends.filter(({ node }) => node === name) : undefined;
    const { plan } = this.lab.node(name);
    const told = this.#stances.get(name) ?? [];
    return this.#wantedStances(plan).some((wanted) => {
      const isMeant = ends === undefined || ends.some((end) => end.interface === wanted.session.interface);
      const before = told.find(({ session }) => session === wanted.session);
      return isMeant && before !== undefined && areAlike(plan, before, wanted);
    });
  }

  async bringInLine(name: string): Promise<void> {
    const node = this.lab.node(name);
    const { condition } = this.lab;
    const hijacks = node.isRunning ? condition.hijacks.filter((hijack) => hijack.node === name) : [];
    // It answers before the first neighbor learns the route, and until the last one has lost it.
    await this.#hijackerAt(node).answerFor(hijacks, { keepOthers: node.isRunning });
    // Frozen daemons would not answer: they are configured when they thaw.
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
    if (routing.bgp !== undefined) await this.#configureBgp(node, routing.bgp, hijacks);
  }

  async #configureBgp(node: LabNode, bgp: PlanBgp, hijacks: readonly Hijack[]): Promise<void> {
    const own = new Set(bgp.origins.map(({ prefix }) => prefix));
    const hijacked = [...new Set(hijacks.flatMap(({ prefixes }) => prefixes))].filter((prefix) => !own.has(prefix));
    await this.#say(
      node,
      'bgpd',
      'hijack',
      hijackLines(bgp.asn, hijacked, this.#earlierHijacks(node.name)),
      hijacked.length > 0,
    );
    await this.#tellStances(node, bgp);
  }

  /** If the route map of a session changes, FRR itself requests and announces the routes again. */
  async #tellStances(node: LabNode, { sessions }: PlanBgp): Promise<void> {
    const wanted = this.#wantedStances(node.plan);
    const lines = stanceLines(node.plan, this.#stances.get(node.name) ?? stancesOfFile(sessions), wanted);
    if (lines.length > 0) {
      if ((await node.daemons.ended()).includes('bgpd')) return;
      await (await node.daemons.vty('bgpd')).configure(lines);
    }
    this.#stances.set(node.name, wanted);
  }

  #wantedStances({ name, routing }: PlanNode): readonly Stance[] {
    const { condition } = this.lab;
    const external = routing?.bgp?.sessions.filter(({ kind }) => kind === 'external') ?? [];
    return external.map((session) => ({
      session,
      policy: policyAt(name, session, condition),
      isLeaking: condition.leakingNodes.has(name),
    }));
  }

  #earlierHijacks(name: string): readonly string[] {
    const said = this.#said.get(name)?.get('bgpd hijack') ?? [];
    return said.filter((line) => line.startsWith('network ')).map((line) => line.split(' ').at(-1) ?? '');
  }

  /**
   * Says lines where they differ from what was said before; at first, where they differ from the file.
   */
  async #say(
    node: LabNode,
    daemon: Daemon,
    about: string,
    lines: readonly string[],
    differsFromFile: boolean,
  ): Promise<void> {
    const said: Said = this.#said.get(node.name) ?? new Map<string, readonly string[]>();
    this.#said.set(node.name, said);
    const key = `${daemon} ${about}`;
    const before = said.get(key);
    if (before === undefined ? !differsFromFile : before.join('\n') === lines.join('\n')) return;
    if ((await node.daemons.ended()).includes(daemon)) return;
    const vty = await node.daemons.vty(daemon);
    if (lines.length > 0) await vty.configure(lines);
    if (differsFromFile) said.set(key, lines);
    else said.delete(key);
  }

  #hijackerAt(node: LabNode): Hijacker {
    const known =
      this.#hijackers.get(node.name) ?? new Hijacker(node, this.lab.plan.services, this.lab.shared.identityThread);
    this.#hijackers.set(node.name, known);
    return known;
  }
}

function isTaking(effect: RoutingEffect): effect is FaultEffect<TakingFault> {
  return 'prefixes' in effect;
}

function nodesOf(effect: RoutingEffect): readonly PlanNode['name'][] {
  return 'policy' in effect ? [...new Set(effect.ends.map(({ node }) => node))] : [effect.node];
}

function areAlike(node: PlanNode, one: Stance, other: Stance): boolean {
  return mapLines(node, one).join() === mapLines(node, other).join();
}
