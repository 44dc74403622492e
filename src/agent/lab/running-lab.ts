import { availableParallelism } from 'node:os';
import { LabError } from '../../errors.js';
import type { ActiveFault } from '../../fault/active-fault.js';
import type { Condition } from '../../forecast/condition.js';
import { endKey, serviceKey } from '../../forecast/condition.js';
import { forecast, type Forecast } from '../../forecast/forecast.js';
import type { LabPlan, PlanLinkEnd } from '../../plan/model.js';
import type { LabEvent } from '../../protocol/events.js';
import type { Progress } from '../../protocol/messages.js';
import type { TimelineEvent } from '../../protocol/timeline.js';
import { gatewayLines } from '../../render/address-batch.js';
import { inParallel } from '../../support/in-parallel.js';
import { round } from '../../support/round.js';
import { Steering } from '../selection/steering.js';
import { BehalfRoutes } from '../service/behalf-routes.js';
import { EndShaper, type ShapingTools } from '../shaping/end-shaper.js';
import type { NetNamespace } from '../system/kernel.js';
import type { Elsewhere } from './elsewhere.js';
import { KernelRoutes } from './kernel-routes.js';
import { LabFaults } from './lab-faults.js';
import { LabFlows } from './lab-flows.js';
import { faultNews, LabNews } from './lab-news.js';
import { loadExtraLines } from '../node/extra-lines.js';
import { type LabNode } from '../node/lab-node.js';
import { refuseEndedPrograms, startLongPrograms } from '../node/long-programs.js';
import type { EndedByItself } from '../node/node-program.js';
import { runStartCommand } from '../node/start-command.js';
import type { IdentityExchange, SharedByServers } from '../service/service-driver.js';
import { driverOf } from '../service/service-drivers.js';
import { ServiceInstance } from '../service/service-instance.js';
import type { Siding } from '../shaping/siding.js';

/** Starting a node is CPU work; more at once than this only makes each of them late. */
const STARTS_AT_ONCE = 2 * availableParallelism();
const MOST_OF_LAST_LINE = 200;

/** A running lab: its nodes, the instances of its services, and what is broken in it. */
export class RunningLab {
  readonly nodes: ReadonlyMap<string, LabNode>;
  readonly instances: readonly ServiceInstance[];
  readonly shapers: ReadonlyMap<string, EndShaper>;
  readonly faults: LabFaults;
  readonly flows: LabFlows;
  readonly kernelRoutes: KernelRoutes;
  readonly news = new LabNews<LabEvent>();
  /** What happens by itself: programs that end, attacks that begin and end. */
  readonly ownNews = new LabNews<TimelineEvent>();
  readonly steering: Steering;
  readonly behalfRoutes: BehalfRoutes;
  /** Instances on other machines. */
  elsewhere: Elsewhere | undefined;
  /** Whether routing has been as the forecast says before; until then the lab comes up. */
  hasConverged = false;
  /** Made for the faults of now and these kept services. */
  #forecast: { readonly kept: string; readonly forecast: Forecast } | undefined;
  /** A node ended by another cause than the agent. */
  onDeath: (name: string) => void = () => undefined;
  /** Called at every look: whether a node was paused from outside. */
  onPauseSeen: (name: string, isPaused: boolean) => void = () => undefined;

  constructor(
    /** What it says of machines may change. */
    public plan: LabPlan,
    nodes: readonly LabNode[],
    tools: ShapingTools,
    readonly shared: SharedByServers,
  ) {
    this.nodes = new Map(nodes.map((node) => [node.name, node]));
    this.faults = new LabFaults(plan);
    this.faults.onChange = (action, { target, how }) => {
      for (const instance of this.instances) instance.lookAnew();
      this.#forecast = undefined;
      this.news.tell({ atMs: round(performance.now()), node: null, ...faultNews(action, target, how) });
    };
    this.flows = new LabFlows(plan, this.faults);
    this.kernelRoutes = new KernelRoutes(plan);
    this.steering = new Steering(plan, this.nodes);
    for (const node of nodes) {
      node.onDeath = (name) => {
        this.onDeath(name);
      };
      node.onProgramEnd = (source, ended) => {
        this.#tellOfEnd(node, source, ended);
      };
      node.onPauseSeen = (name, isPaused) => {
        this.onPauseSeen(name, isPaused);
      };
    }
    this.behalfRoutes = new BehalfRoutes(nodes);
    this.instances = plan.services.flatMap((service) =>
      service.instances
        .filter((name) => this.nodes.has(name))
        .map((name) => new ServiceInstance(service, plan, this.node(name), this.behalfRoutes, shared)),
    );
    for (const instance of this.instances) {
      instance.siblings = this.instances.filter(({ service }) => service.name === instance.service.name);
    }
    const ends = plan.links.flatMap((link) => link.ends).filter(({ node }) => this.nodes.has(node));
    this.shapers = new Map(
      ends.map((end, index) => [
        `${end.node}:${end.interface}`,
        new EndShaper(this.node(end.node), end.interface, index, tools),
      ]),
    );
  }

  /** What is broken now, and which instances their watchers keep announced all the same. */
  get condition(): Condition {
    const { condition } = this.faults;
    if (condition.stoppedServices.size === 0) return condition;
    const kept = this.instances.filter(({ isKept }) => isKept);
    const keptHere = kept.map(({ service, host }) => serviceKey(service.name, host.name));
    return { ...condition, keptServices: new Set([...keptHere, ...(this.elsewhere?.kept ?? [])]) };
  }

  /** The forecast for the present state; the same object until that changes. */
  forecast(): Forecast {
    const { condition } = this;
    const kept = [...condition.keptServices].join(' ');
    if (this.#forecast?.kept !== kept) this.#forecast = { kept, forecast: forecast(this.plan, condition) };
    return this.#forecast.forecast;
  }

  node(name: string): LabNode {
    const node = this.nodes.get(name);
    if (node === undefined) throw new LabError('NODE_UNKNOWN', `there is no node ${name} in this lab`);
    return node;
  }

  namespaceOf = (name: string): NetNamespace => this.node(name).namespace;

  /** How a client learns which instance of a service answers it. */
  identityOf = (service: string): IdentityExchange => {
    const planned = this.plan.services.find(({ name }) => name === service);
    if (planned === undefined) throw new LabError('BUG', `there is no service ${service}`);
    return driverOf(planned).identityOf(planned);
  };

  sidingOf = (end: PlanLinkEnd): Siding | undefined => this.shapers.get(endKey(end))?.siding;

  /** Starts every node while `wiring` makes the links, then brings all interfaces up and the services with them. */
  async start(wiring: Promise<void>, onProgress: (progress: Progress) => void): Promise<void> {
    const nodes = [...this.nodes.values()];
    let done = 0;
    const report = (phase: Progress['phase']): void => {
      onProgress({ phase, done: ++done, total: nodes.length });
    };
    const starting = inParallel(nodes, STARTS_AT_ONCE, async (node) => {
      await node.start();
      report('routers');
    });
    await Promise.all([wiring, starting, this.startServices(this.instances, 'host')]);
    done = 0;
    await inParallel(nodes, STARTS_AT_ONCE, async (node) => {
      await node.bringUp();
      report('links');
    });
    const impaired = this.plan.links.filter((link) => link.impairment !== undefined);
    await this.shape(impaired.flatMap((link) => link.ends));
    await this.steering.start();
    for (const node of nodes) node.startRouting();
    await Promise.all([
      this.startServices(this.instances, 'router'),
      ...nodes.map((node) => this.configureByUser(node)),
    ]);
    for (const node of nodes) await refuseEndedPrograms(node);
  }

  /** A node's container was started again; its repair finds it by this number. Whether it lives. */
  adopt(name: string, pid: number): boolean {
    const { engineRestart } = this.node(name).processes;
    if (engineRestart === undefined) throw new LabError('BUG', `no engine starts ${name}`);
    return engineRestart.adopt(pid);
  }

  /** The fault that a repair of a target means. Throws FAULT_STATE where nothing of that kind is broken. */
  faultToRestore(targetKey: string, how: ActiveFault['how'] | undefined, target: string): ActiveFault {
    return this.faults.toRestore(targetKey, how, target);
  }

  /** Gives the packets that leave by these ends what the lab's links and faults say of them now. */
  async shape(ends: readonly PlanLinkEnd[]): Promise<void> {
    const wanted = ends.map((end) => ({ shaper: this.shapers.get(endKey(end)), shape: this.faults.shapeOf(end) }));
    await Promise.all(wanted.map(async ({ shaper, shape }) => shaper?.prepare(shape)));
    await Promise.all(wanted.map(async ({ shaper, shape }) => shaper?.apply(shape)));
  }

  /** A node's power is gone, wanted or not. */
  async crash(name: string): Promise<void> {
    const node = this.node(name);
    node.cutPower();
    for (const instance of this.instancesAt(name)) instance.cutPower();
    await node.ended();
  }

  async boot(name: string): Promise<void> {
    const node = this.node(name);
    const { downEnds } = this.condition;
    const stillDown = node.plan.interfaces.filter((item) => downEnds.has(`${name}:${item.name}`));
    const instances = this.instancesAt(name);
    const generation = node.namespace.generation;
    await node.reset();
    await Promise.all([node.start(), this.startServices(instances, 'host')]);
    await node.bringUp(withoutRaising(node.files['addresses.batch'] ?? '', stillDown));
    if (node.namespace.generation !== generation) {
      await Promise.all(node.plan.interfaces.map(async (item) => this.shapers.get(`${name}:${item.name}`)?.renew()));
    }
    node.startRouting();
    await Promise.all([this.startServices(instances, 'router'), this.configureByUser(node)]);
    await this.#renewAt(new Set(node.plan.interfaces.flatMap((item) => this.#nodesOn(item.link))));
  }

  setEnds(ends: readonly PlanLinkEnd[], up: boolean): void {
    for (const end of ends) {
      this.node(end.node).namespace.run((kernel) => {
        kernel.setInterfaceUp(end.interface, up);
      });
    }
  }

  /** Brings ends up again, but for those that another fault holds down. */
  async raiseEnds(ends: readonly PlanLinkEnd[]): Promise<void> {
    const { crashedNodes, downEnds } = this.condition;
    const raised = ends.filter((end) => !crashedNodes.has(end.node) && !downEnds.has(`${end.node}:${end.interface}`));
    this.setEnds(raised, true);
    await Promise.all(raised.map((end) => this.#restoreGateways(this.node(end.node))));
    await this.#renewAt(new Set(raised.map((end) => end.node)));
  }

  instancesAt(host: string): readonly ServiceInstance[] {
    return this.instances.filter((instance) => instance.host.name === host);
  }

  /** Of these, the ones that no fault keeps from serving. */
  startable(instances: readonly ServiceInstance[]): readonly ServiceInstance[] {
    const { stoppedServices, crashedNodes, frozenNodes } = this.condition;
    return instances.filter(
      ({ service, host }) =>
        !crashedNodes.has(host.name) &&
        !frozenNodes.has(host.name) &&
        !stoppedServices.has(serviceKey(service.name, host.name)),
    );
  }

  /**
   * Starts services and their watchers. A host that announces has its address before its links are up: its neighbours
   * may still hold what it said before a crash, and send to it as soon as they see it (RFC 2328 section 13.4). A router
   * can announce only over a link. Some wait for the commands of their host.
   */
  async startServices(instances: readonly ServiceInstance[], when: ServiceInstance['startsWith']): Promise<void> {
    const own = instances.filter(({ startsWith }) => startsWith === when);
    await Promise.all(this.startable(own).map(({ server }) => server.start()));
    await Promise.all(own.map((instance) => instance.startWatching()));
  }

  /** The user's own FRR lines, start-up commands, what these prepare, and programs, each refused by name where it fails. */
  async configureByUser(node: LabNode): Promise<void> {
    if (node.plan.routing?.extraLines !== undefined) await loadExtraLines(node);
    for (const command of node.plan.exec) await runStartCommand(node, command);
    await this.startServices(this.instancesAt(node.name), 'commands');
    await startLongPrograms(node);
  }

  /** A server or another program of a node ended by itself. */
  #tellOfEnd({ name, log }: LabNode, source: string, { atMs, how, printedFrom }: EndedByItself): void {
    const isServer = this.instancesAt(name).some(({ service }) => service.name === source);
    const last = log.lastOf(source, MOST_OF_LAST_LINE, printedFrom).split('\n').at(-1) ?? '';
    const text = `${source}: ${isServer ? 'the server' : 'the program'} ended with ${how}${last === '' ? '' : `: ${last}`}`;
    const event = { atMs: round(atMs), kind: isServer ? 'service' : 'daemon', node: name, text } as const;
    this.ownNews.tell(event);
  }

  /** Announces again what routers lost with a link or with their power, if it is still to be announced. */
  async #renewAt(routers: ReadonlySet<string>): Promise<void> {
    for (const router of routers) this.behalfRoutes.forget(router);
    await Promise.all([...this.instances.map((each) => each.tellRouters()), this.elsewhere?.tellRouters()]);
  }

  #nodesOn(link: string): readonly string[] {
    return this.plan.links.find(({ id }) => id === link)?.ends.map((end) => end.node) ?? [];
  }

  /** The kernel drops routes through an interface that goes down, and does not bring them back. */
  async #restoreGateways(node: LabNode): Promise<void> {
    const lines = gatewayLines(node.plan);
    if (lines.length > 0) await node.configure(lines);
  }
}

function withoutRaising(batch: string, interfaces: readonly { readonly name: string }[]): string {
  const raising = new Set(interfaces.map((item) => `link set ${item.name} up`));
  // A route over a link that stays down cannot be set: it comes with the link.
  const isOverOne = (line: string): boolean =>
    line.startsWith('route replace default') && interfaces.some(({ name }) => line.includes(` dev ${name} `));
  return batch
    .split('\n')
    .filter((line) => !raising.has(line) && !isOverOne(line))
    .join('\n');
}
