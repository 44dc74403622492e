import { join } from 'node:path';
import { LabError } from '../../errors.js';
import { frrDoes } from '../../frr/differences.js';
import type { Daemon } from '../../plan/model.js';
import { Vty } from './vty.js';

/** The FRR daemons of one node, each asked over one connection that lasts as long as the daemon. */
export class NodeDaemons {
  readonly #vtys = new Map<Daemon, Promise<Vty>>();
  #hangingUp = new AbortController();
  #version: string | undefined;

  constructor(
    readonly names: readonly Daemon[],
    /** Another one after every crash of a container. */
    readonly socketFolder: () => string,
    /** Whether they would accept a command and never answer it. */
    readonly isFrozen: () => boolean,
  ) {}

  /** The connection to a daemon; AGENT_GONE where it does not run, or is frozen. */
  async vty(daemon: Daemon): Promise<Vty> {
    if (this.isFrozen()) throw new LabError('AGENT_GONE', `${daemon} is frozen`);
    const known = this.#vtys.get(daemon);
    if (known !== undefined) return known;
    const opening = Vty.open(join(this.socketFolder(), `${daemon}.vty`), this.#hangingUp.signal);
    this.#vtys.set(daemon, opening);
    opening.then(
      (vty) => vty.socket.once('close', () => this.#vtys.delete(daemon)),
      () => this.#vtys.delete(daemon),
    );
    return opening;
  }

  /** Runs a show command; undefined where the daemon does not run, or has nothing to say. */
  async show<T>(daemon: Daemon, command: string): Promise<T | undefined> {
    try {
      const vty = await this.vty(daemon);
      return await vty.json<T>(command);
    } catch (error) {
      if (error instanceof LabError && error.code === 'AGENT_GONE') return undefined;
      throw error;
    }
  }

  /**
   * Whether OSPFv3 here loses some of several equal-cost paths, at random, to a destination behind several neighbors of
   * which one is itself reached by several paths: FRR before 8.5 does.
   */
  async losesEqualWays(): Promise<boolean> {
    if (!this.names.includes('ospf6d')) return false;
    const version = await this.version('ospf6d');
    return version !== undefined && !frrDoes('equalWays', version);
  }

  /** Whether zebra leaves out what protocols say of an address that the node has itself. */
  async hasLocalRoutes(): Promise<boolean> {
    if (!this.names.includes('zebra')) return false;
    const version = await this.version('zebra');
    return version !== undefined && frrDoes('localRoutes', version);
  }

  /** Whether bgpd ignores BFD in the second of the clock in which a session came up. */
  async ignoresBfdAtFirst(): Promise<boolean> {
    if (!this.names.includes('bgpd')) return false;
    const version = await this.version('bgpd');
    return version !== undefined && frrDoes('bfdDeafAtFirst', version);
  }

  /** The version of FRRouting, as this daemon says it; undefined where it does not run. */
  async version(daemon: Daemon): Promise<string | undefined> {
    this.#version ??= await this.#askVersion(daemon);
    return this.#version;
  }

  async #askVersion(daemon: Daemon): Promise<string | undefined> {
    const answer = await this.vty(daemon)
      .then((vty) => vty.run('show version'))
      .catch(() => undefined);
    return /FRRouting (\d+\.\d+(?:\.\d+)*)/.exec(answer?.text ?? '')?.[1];
  }

  /** What a program of FRR that is no daemon of the plan has been told; undefined where it does not run. */
  async configurationOf(program: string): Promise<string | undefined> {
    const hangUp = new AbortController();
    try {
      const vty = await Vty.open(join(this.socketFolder(), `${program}.vty`), hangUp.signal);
      return (await vty.run('show running-config')).text;
    } catch (error) {
      if (error instanceof LabError && error.code === 'AGENT_GONE') return undefined;
      throw error;
    } finally {
      hangUp.abort();
    }
  }

  /** Those that should run and do not. */
  async ended(): Promise<readonly Daemon[]> {
    const answers = await Promise.all(
      this.names.map(async (daemon) =>
        this.vty(daemon).then(
          () => [],
          () => [daemon],
        ),
      ),
    );
    return answers.flat();
  }

  /** Closes every connection, also one that is being opened: there will be no answers. */
  hangUp(): void {
    this.#hangingUp.abort();
    this.#hangingUp = new AbortController();
    this.#vtys.clear();
  }
}
