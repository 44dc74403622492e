import { closeSync } from 'node:fs';
import type { PacketMarks } from '../../codec/nftables.js';
import { readKernelNews } from '../../codec/route-netlink.js';
import { LabError } from '../../errors.js';
import { hostPrefix } from '../../plan/addressing.js';
import type { Family, LabPlan, PlanSelector } from '../../plan/model.js';
import type { Lacking } from '../../protocol/lacking.js';
import { isPerPacket } from '../../topology/model/routing.js';
import type { LabNode } from '../node/lab-node.js';
import { socketAddress } from '../system/addresses.js';
import { loadNewsSockets, loadRouteTables } from '../system/netlink-socket.js';
import { MarkSetter } from '../system/packet-marks.js';
import { Ticker } from '../system/ticker.js';
import { LoadReporter, ReportListener } from './load-reports.js';
import { LoadWeights, REPORT_EVERY_MS } from './load-weights.js';
import { segmentRoutes, segmentRules, selectorRoutes, selectorRules, type SteeredWay } from './selection-lines.js';
import { familyOf } from '../../support/family.js';

const LOOK_EVERY_MS = 2;

/** A router that chooses, or that takes tunnels off. */
interface Steered {
  readonly node: LabNode;
  readonly selectors: readonly PlanSelector[];
  readonly weights: LoadWeights;
  /** News of its kernel's links and routes. */
  socket: number;
  generation: number;
  /** The lines that its kernel was last configured with, by what they are about. */
  readonly told: Map<string, string>;
  /** Something has changed since it was last brought in line. */
  isStale: boolean;
  working: Promise<void> | undefined;
}

/** What a router chooses from. */
export interface Choice {
  readonly router: string;
  readonly service: string;
  readonly address: string;
  readonly by: PlanSelector['by'];
  readonly among: readonly string[];
  /** In the order of `among`: where it is by load, the weight of each. */
  readonly weights: readonly number[] | undefined;
}

/**
 * Routers that choose among instances. Which there are to choose from, a router knows from its own kernel's routes to
 * their segment identifiers, which each instance announces with the service's addresses: an instance leaves the choice
 * when routing has noticed that it is gone, and by nothing else.
 */
export class Steering {
  readonly #routers: readonly Steered[];
  readonly #sockets = loadNewsSockets();
  readonly #tables = loadRouteTables();
  readonly #marks = new MarkSetter();
  readonly #choices = new Map<string, Choice>();

  constructor(
    readonly plan: LabPlan,
    /** Those of other machines are their agents' to steer. */
    readonly nodes: ReadonlyMap<string, LabNode>,
  ) {
    const { selectors = [], segments = [] } = plan.steering ?? {};
    const ends = segments.flatMap((segment) => segment.ends.map(({ router }) => router));
    this.#routers = this.#here([...selectors.map(({ router }) => router), ...ends]).map((node) => ({
      node,
      selectors: selectors.filter(({ router }) => router === node.name),
      weights: new LoadWeights(),
      socket: -1,
      generation: -1,
      told: new Map(),
      isStale: true,
      working: undefined,
    }));
  }

  /** What each router chooses from, now. */
  get choices(): readonly Choice[] {
    return [...this.#choices.values()];
  }

  /**
   * Once all links are up: from now on routers are kept in line with their routes. Throws PLATFORM_UNSUPPORTED where
   * the kernel cannot steer.
   */
  async start(): Promise<void> {
    this.#followLoads();
    if (this.#routers.length === 0) return;
    for (const router of this.#routers) {
      this.#listen(router);
      const refused = await this.#tell(router);
      if (refused === undefined) continue;
      throw new LabError('PLATFORM_UNSUPPORTED', `${router.node.name} cannot direct packets to instances: ${refused}`, {
        hint: 'selection needs a Linux with SRv6 (CONFIG_IPV6_SEG6_LWTUNNEL) and policy routing (CONFIG_IPV6_MULTIPLE_TABLES)',
      });
    }
    new Ticker(LOOK_EVERY_MS, () => {
      this.#look();
    });
  }

  /** The routers that have heard news and are not in line with it yet. */
  pending(): readonly Lacking[] {
    this.#look();
    return this.#routers
      .filter(({ node, isStale, working }) => node.isRunning && (isStale || working !== undefined))
      .map(({ node }) => ({ kind: 'choice', node: node.name }));
  }

  #look(): void {
    for (const router of this.#routers) {
      if (router.generation !== router.node.namespace.generation) {
        closeSync(router.socket);
        this.#listen(router);
      }
      for (let heard = this.#sockets.receive(router.socket); heard !== undefined;) {
        router.isStale = true;
        // A link that went down took routes of all tables with it.
        if (readKernelNews(heard).some(({ kind }) => kind === 'link')) forgetRoutes(router);
        heard = this.#sockets.receive(router.socket);
      }
      if (!router.isStale || router.working !== undefined || !router.node.isRunning) continue;
      router.working = this.#tell(router)
        .catch((error: unknown) => String(error))
        .then((refused) => {
          router.working = undefined;
          if (refused !== undefined)
            process.stderr.write(`${router.node.name} could not update its choice of instances: ${refused}\n`);
        });
    }
  }

  /** Routers that choose by load receive it from the hosts of the instances. */
  #followLoads(): void {
    const byLoad = (this.plan.steering?.selectors ?? []).filter(({ by }) => by === 'load');
    const addressOf = (name: string): string =>
      this.plan.nodes
        .find((node) => node.name === name)
        ?.loopbacks.find((each) => familyOf(each) === 'ipv6')
        ?.split('/')[0] ?? '';
    const addresses = [...new Set(byLoad.map(({ router }) => addressOf(router)))];
    const hosts = this.plan.services
      .filter(({ name }) => byLoad.some(({ service }) => service === name))
      .flatMap(({ instances }) => instances);
    const reporters = this.#here(hosts).map((host) => new LoadReporter(host, addresses));
    const choosing = this.#routers.filter(({ selectors }) => selectors.some(({ by }) => by === 'load'));
    const listeners = choosing.map(
      (router) =>
        new ReportListener(router.node, addressOf(router.node.name), (instance, load) => {
          router.weights.report(instance, load);
        }),
    );
    if (listeners.length + reporters.length === 0) return;
    new Ticker(REPORT_EVERY_MS, () => {
      const nowMs = performance.now();
      const round = [...listeners.map((each) => each.listen()), ...reporters.map((each) => each.report(nowMs))];
      void Promise.allSettled(round);
      for (const router of choosing) if (router.weights.step(this.#knownAt(router))) router.isStale = true;
    });
  }

  #here(names: readonly string[]): readonly LabNode[] {
    return [...new Set(names)].flatMap((name) => this.nodes.get(name) ?? []);
  }

  #knownAt({ node }: Steered): readonly string[] {
    return [
      ...new Set(
        this.choices.filter(({ router, by }) => router === node.name && by === 'load').flatMap(({ among }) => among),
      ),
    ];
  }

  #listen(router: Steered): void {
    router.socket = this.#sockets.open(router.node.namespace);
    router.generation = router.node.namespace.generation;
    router.told.clear();
    router.isStale = true;
  }

  /** Brings a router in line with the routes that it has. What `ip` said where it could not. */
  async #tell(router: Steered): Promise<string | undefined> {
    router.isStale = false;
    const { node, selectors } = router;
    const { segments = [], networks = [] } = this.plan.steering ?? {};
    const ways = this.#waysFrom(node);
    const wanted = new Map<string, readonly string[]>();
    if (segments.some(({ ends }) => ends.some((end) => end.router === node.name))) {
      wanted.set('rules of segments', segmentRules(networks));
      for (const segment of segments) {
        const lines = segmentRoutes(segment, node.name);
        if (lines.length > 0) wanted.set(`route ${segment.id}`, lines);
      }
    }
    const marks = new Map<Family, PacketMarks[]>();
    for (const selector of selectors) {
      const own = segments.filter(({ service }) => service === selector.service);
      wanted.set(`rules ${selector.service}`, selectorRules(selector, own.length));
      for (const address of selector.addresses) {
        const family = familyOf(address);
        const known = own
          .filter((segment) => segment.family === family)
          .flatMap(({ instance, id }) => {
            const way = ways.get(hostPrefix(id));
            const weight = selector.by === 'load' ? router.weights.weightOf(instance) : 1;
            return way === undefined ? [] : [{ instance, id, weight, ...way }];
          });
        wanted.set(`route ${address}`, selectorRoutes(selector, address, known));
        const among = known.map(({ instance }) => instance);
        const weights = selector.by === 'load' ? known.map(({ weight }) => weight) : undefined;
        const { router: name, service, by, table } = selector;
        this.#choices.set(`${name} ${address}`, { router: name, service, address, by, among, weights });
        if (!isPerPacket(by)) continue;
        const mark = {
          family,
          address: socketAddress(address, 0).bytes,
          by,
          first: table,
          count: known.length,
        } as const;
        marks.set(family, [...(marks.get(family) ?? []), ...(known.length === 0 ? [] : [mark])]);
      }
    }
    const refused = await this.#configure(router, wanted);
    // After the routes: a mark leads to what is there.
    for (const [family, own] of marks) this.#marks.set(node.namespace, family, own);
    return refused;
  }

  async #configure(
    { node, told }: Steered,
    wanted: ReadonlyMap<string, readonly string[]>,
  ): Promise<string | undefined> {
    const fresh = [...wanted].filter(([about, lines]) => (told.get(about) ?? '') !== lines.join('\n'));
    for (const [about, lines] of fresh) told.set(about, lines.join('\n'));
    const lines = fresh.flatMap(([, own]) => own);
    if (lines.length === 0) return undefined;
    // `ip` does not find out the family of a rule by itself, and a batch is of one family.
    const isRuleOf6 = (line: string): boolean => line.startsWith('rule ') && line.includes(':');
    const ran = await Promise.all([
      node.configure(lines.filter((line) => !isRuleOf6(line))),
      ...lines.filter(isRuleOf6).map((line) => node.runOutside(['ip', '-6', ...line.split(' ')])),
    ]);
    const failed = ran.find(({ status }) => status !== 0);
    if (failed === undefined) return undefined;
    // What the kernel refused is configured again with the next change.
    for (const [about] of fresh) if (about.startsWith('route')) told.delete(about);
    return failed.output.trim();
  }

  /** Prefixes of IPv6 that a router's kernel has a route to, and where the first way of each leads that packets take. */
  #waysFrom(node: LabNode): ReadonlyMap<string, Omit<SteeredWay, 'id' | 'weight'>> {
    const devices = this.#tables.devices(
      node.namespace,
      node.plan.interfaces.map(({ name }) => name),
    );
    const ways = new Map<string, Omit<SteeredWay, 'id' | 'weight'>>();
    for (const datagram of this.#tables.dump(node.namespace, ['ipv6'])) {
      for (const news of readKernelNews(datagram)) {
        if (news.kind !== 'route') continue;
        const hop = news.hops.find(({ isDead }) => !isDead);
        const device = hop === undefined ? undefined : devices.get(hop.index);
        if (device !== undefined) ways.set(news.prefix, { device, via: hop?.via });
      }
    }
    return ways;
  }
}

function forgetRoutes({ told }: Steered): void {
  for (const about of [...told.keys()]) if (about.startsWith('route')) told.delete(about);
}
