import type { ContainerInspectInfo } from 'dockerode';
import { LabError } from '../../errors.js';
import type { AgentClient, Subscriber } from '../../protocol/channel.js';
import type { SubscribeParams } from '../../protocol/events.js';
import type { MethodName, Methods, StepPart } from '../../protocol/messages.js';
import { pollUntil } from '../../support/poll.js';
import { MACHINE_WORD } from '../../topology/model/fault-target.js';
import type { Agent, LabRecord } from '../runtime.js';
import { nodeContainer } from './container-specs.js';
import type { EngineOfOwner } from './engine-of-owner.js';
import { statusOf, wordsOf } from './engine.js';
import { labImages } from './images/ensure-images.js';
import { labels, nodeContainerName } from './names.js';

const START_DEADLINE_MS = 15_000;

/**
 * The agent of a lab in containers. It can end a container but not start one: before it restores a node, the engine
 * starts the node's container again, makes a new one if it was removed, or unpauses it if it was paused.
 */
export class ReviveBeforeRestore implements Agent {
  constructor(
    readonly at: EngineOfOwner,
    readonly record: LabRecord,
    readonly client: AgentClient,
  ) {}

  async call<M extends MethodName>(method: M, params: Methods[M]['params']): Promise<Methods[M]['result']> {
    if (method === 'step') {
      const step = params as Methods['step']['params'];
      const parts = await Promise.all(step.parts.map((part) => this.#prepared(part, step.bound === true)));
      return this.client.call(method, { ...step, parts });
    }
    return this.client.call(method, params);
  }

  subscribe(params: SubscribeParams, subscriber: Subscriber): Promise<() => Promise<void>> {
    return this.client.subscribe(params, subscriber);
  }

  async #prepared(part: StepPart, bound: boolean): Promise<StepPart> {
    const nodes = await this.#nodesHere(part.target);
    if (part.action === 'restore') {
      const without = await this.#withoutPower(part.target, nodes);
      await Promise.all(nodes.filter((node) => !without.has(node)).map((node) => this.#revive(node, part.how)));
    } else if (part.how === undefined || part.how === 'crash') {
      const all = await Promise.all(nodes.map((node) => this.#letRestart(node, part, bound)));
      return { ...part, restarts: all.includes(true) };
    }
    return part;
  }

  /** The nodes of this agent that a target is: one, those of a machine, or none. */
  async #nodesHere(target: string): Promise<readonly string[]> {
    const here = await this.client.call('processes', {});
    if (Object.hasOwn(here, target)) return [target];
    const word = `${MACHINE_WORD}@`;
    if (!target.startsWith(word)) return [];
    const { machines } = await this.client.call('plan', {});
    const named = machines?.find(({ name }) => `${word}${name}` === target)?.nodes ?? [];
    return named.filter((node) => Object.hasOwn(here, node));
  }

  /** Those of these nodes that something else keeps without power: themselves, or their machine. */
  async #withoutPower(target: string, nodes: readonly string[]): Promise<ReadonlySet<string>> {
    if (nodes.length === 0) return new Set();
    const crashed = (await this.client.call('faults', {})).filter(({ how }) => how === 'crash');
    const others = await Promise.all(
      crashed.filter((fault) => fault.target !== target).map((fault) => this.#nodesHere(fault.target)),
    );
    return new Set(others.flat());
  }

  /**
   * Whether the engine starts a node's container again by itself when it is killed. It must where no client may be
   * left to ask for it: the fault ends by itself, or with the connection that made it.
   */
  async #letRestart(target: string, { settings }: StepPart, bound: boolean): Promise<boolean> {
    if (((await this.#firstProcessOf(target)) ?? 0) === 0) return false;
    const restarts = settings?.forMs !== undefined || bound;
    await this.at.engine
      .getContainer(this.#nameOf(target))
      .update({ RestartPolicy: { Name: restarts ? 'on-failure' : 'no' } });
    return restarts;
  }

  /** Does nothing for a node that runs and is not paused. */
  async #revive(target: string, how: StepPart['how']): Promise<void> {
    const pid = await this.#firstProcessOf(target);
    if (pid !== undefined && pid !== 0 && (how === undefined || how === 'freeze')) await this.#unpause(target);
    if (pid !== 0) return;
    const { held, last } = await pollUntil(
      () => this.#startOnce(target),
      (trouble) => trouble === undefined,
      { everyMs: 20, deadlineMs: START_DEADLINE_MS },
    );
    if (!held)
      throw new LabError('DEPLOY_FAILED', `the container of ${target} does not start: ${last ?? ''}`, {
        hint: `docker logs ${this.#nameOf(target)}`,
      });
  }

  /** The repair that follows finds a frozen node, and thaws it. */
  async #unpause(node: string): Promise<void> {
    const container = this.at.engine.getContainer(this.#nameOf(node));
    try {
      if (!(await container.inspect()).State.Paused) return;
      await this.client.call('holdPaused', { node });
      await container.unpause();
    } catch (error) {
      if (statusOf(error) === undefined) throw error;
      throw new LabError('FAULT_INEFFECTIVE', `the engine cannot resume ${node}: ${wordsOf(error)}`, {
        cause: error,
        hint: `docker unpause ${this.#nameOf(node)}`,
      });
    }
  }

  /** 0 of a node that has crashed, undefined for what is not a node. */
  async #firstProcessOf(target: string): Promise<number | undefined> {
    return new Map(Object.entries(await this.client.call('processes', {}))).get(target);
  }

  /** Undefined when the agent knows the container's process; else what is in the way, which may go by itself. */
  async #startOnce(node: string): Promise<string | undefined> {
    const container = this.at.engine.getContainer(this.#nameOf(node));
    try {
      const info = await container.inspect();
      this.#refuseForeign(node, info);
      const { State } = info;
      if (State.Paused) await container.unpause();
      if (!State.Running) await container.start();
      const { State: now } = await container.inspect();
      const { alive } = await this.client.call('adopt', { node, pid: now.Pid });
      return alive ? undefined : `it ends at once (status ${String(now.ExitCode)})`;
    } catch (error) {
      if (statusOf(error) === 404) {
        await this.#createAnew(node);
        return 'it was removed and is created again';
      }
      // The engine has not noticed yet that it ended.
      if (statusOf(error) === 304) return 'the engine still reports it as running';
      if (statusOf(error) !== undefined)
        throw new LabError('DEPLOY_FAILED', `the engine cannot start ${node}: ${wordsOf(error)}`, { cause: error });
      throw error;
    }
  }

  async #createAnew(name: string): Promise<void> {
    const { engine, owner } = this.at;
    const plan = await this.client.call('plan', {});
    const node = plan.nodes.find((each) => each.name === name);
    if (node === undefined) throw new LabError('NODE_UNKNOWN', `there is no node "${name}" in ${this.record.lab}`);
    const { Arch, KernelVersion } = await engine.version();
    const { lab, startedAt } = this.record;
    await engine.createContainer(
      nodeContainer(
        { owner, lab, plan, startedAt, maker: '', kernel: KernelVersion },
        node,
        labImages(Arch).ofNode(node),
      ),
    );
  }

  #refuseForeign(node: string, { Config }: ContainerInspectInfo): void {
    if (Config.Labels[labels.lab] === this.record.lab && Config.Labels[labels.owner] === this.at.owner.id) return;
    throw new LabError(
      'CONTAINER_NAME_TAKEN',
      `a container named ${this.#nameOf(node)} exists, but does not belong to this lab`,
      {
        hint: `remove or rename it, then: nearcast restore ${node}`,
      },
    );
  }

  #nameOf(node: string): string {
    return nodeContainerName(this.at.owner, this.record.lab, node);
  }
}
