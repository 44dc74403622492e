import { LabError } from '../../errors.js';
import {
  methodsFor,
  netemWords,
  nftTable,
  tableName,
  tbfWords,
  unshaped,
  type EndShape,
  type ShapingMethod,
} from '../../fault/shaping.js';
import type { NetNamespace } from '../system/kernel.js';
import type { LabNode } from '../node/lab-node.js';
import { PacketSocket } from './packets.js';
import { Relay } from './relay.js';
import { collect, spawnIn, type Ran } from '../system/run-to-end.js';
import { Siding } from './siding.js';

/** What all ends of a lab need to be shaped; made when the first one is. */
export class ShapingTools {
  #scratch: NetNamespace | undefined;
  #hasNetem: Promise<boolean> | undefined;

  constructor(
    readonly home: NetNamespace,
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** A namespace of the agent's own: frames that are lost or late go there, where no node sees them. */
  get scratch(): NetNamespace {
    return (this.#scratch ??= this.home.create());
  }

  /** Whether this kernel has netem, found by trying it where it disturbs nothing. */
  async hasNetem(): Promise<boolean> {
    const words = ['tc', 'qdisc', 'replace', 'dev', 'lo', 'root', 'netem', 'delay', '1ms'];
    this.#hasNetem ??= inNamespace(this.scratch, words, '', this.environment).then(({ status }) => status === 0);
    return this.#hasNetem;
  }
}

/** The packets that leave by one end of a link: as they come, impaired, or lost. */
export class EndShaper {
  #shape: EndShape = unshaped;
  #methods: readonly ShapingMethod[] = [];
  #relay: Relay | undefined;
  #siding: Siding | undefined;
  /** What is under way: each change starts from a whole one. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(
    readonly node: LabNode,
    readonly device: string,
    /** Of its own in the lab: names the siding's interfaces. */
    readonly index: number,
    readonly tools: ShapingTools,
  ) {}

  get methods(): readonly ShapingMethod[] {
    return this.#methods;
  }

  /**
   * Where what leaves by this end goes while some of it is lost or late; a capture of the end listens there as well.
   */
  get siding(): Siding | undefined {
    return this.#siding;
  }

  /** Those of its methods that the kernel has in place now. */
  async inPlace(): Promise<readonly ShapingMethod[]> {
    const methods = this.#methods;
    const [rules, disciplines] = await Promise.all([
      methods.includes('nftables') ? this.#run(['nft', 'list', 'table', 'netdev', tableName(this.device)]) : undefined,
      methods.includes('netem') || methods.includes('tbf')
        ? this.#run(['tc', 'qdisc', 'show', 'dev', this.device])
        : undefined,
    ]);
    const hasRule = rules?.status === 0 && rules.output.includes(`"${this.device}"`) && rules.output.includes('fwd to');
    return methods.filter((method) => {
      if (method === 'netem' || method === 'tbf') return disciplines?.output.includes(`qdisc ${method} `) ?? false;
      return hasRule && (method === 'nftables' || this.#relay !== undefined);
    });
  }

  /** Does what takes time and is not felt yet, so that many ends change at almost the same moment. */
  async prepare(shape: EndShape): Promise<void> {
    return this.#inTurn(async () => {
      if (!isSame(shape, this.#shape) && (await this.#methodsFor(shape)).includes('nftables')) await this.#openSiding();
    });
  }

  /** Makes it so; does nothing where it is so already. LabError FAULT_UNSUPPORTED names what this kernel cannot do. */
  async apply(shape: EndShape): Promise<void> {
    return this.#inTurn(async () => {
      const methods = await this.#methodsFor(shape);
      const isNew = !isSame(shape, this.#shape);
      if (isNew) await this.#clear();
      if (!methods.includes('nftables')) await this.#closeSiding();
      this.#shape = shape;
      if (isNew) await this.#make(shape, methods);
    });
  }

  /** The interface has moved to a new namespace, and nothing of this with it. */
  async renew(): Promise<void> {
    const shape = this.#shape;
    this.#stopRelay();
    await this.#closeSiding();
    this.#methods = [];
    this.#shape = unshaped;
    await this.apply(shape);
  }

  async #inTurn(work: () => Promise<void>): Promise<void> {
    const change = this.#changing.then(work);
    this.#changing = change.catch(() => undefined);
    return change;
  }

  async #methodsFor(shape: EndShape): Promise<readonly ShapingMethod[]> {
    return methodsFor(shape, await this.tools.hasNetem());
  }

  async #make(shape: EndShape, methods: readonly ShapingMethod[]): Promise<void> {
    this.#methods = methods;
    const { impairment = {} } = shape;
    if (methods.includes('netem')) await this.#tc('replace', ['root', 'netem', ...netemWords(impairment)]);
    if (methods.includes('tbf')) await this.#tc('replace', ['root', 'tbf', ...tbfWords(impairment.rateBps ?? 0)]);
    if (!methods.includes('nftables')) return;
    const siding = await this.#openSiding();
    const isRelayed = methods.includes('relay');
    if (isRelayed) this.#startRelay(siding, shape);
    await this.#nft(nftTable(this.device, shape, { siding: siding.device, isRelayed }));
  }

  async #clear(): Promise<void> {
    const methods = this.#methods;
    this.#methods = [];
    if (methods.includes('nftables')) await this.#nft(`delete table netdev ${tableName(this.device)}\n`);
    if (methods.includes('netem') || methods.includes('tbf')) await this.#tc('delete', ['root']);
    this.#stopRelay();
  }

  async #openSiding(): Promise<Siding> {
    if (this.#siding !== undefined) return this.#siding;
    const siding = new Siding(this.tools.scratch, this.index, this.tools.environment);
    const refused = await siding.open(this.node.namespace);
    if (refused !== undefined) {
      await siding.close();
      throw this.#unsupported(refused);
    }
    this.#siding = siding;
    return siding;
  }

  async #closeSiding(): Promise<void> {
    const siding = this.#siding;
    this.#siding = undefined;
    await siding?.close();
  }

  /** The agent takes what goes to the siding, and sends it on when its time has come. */
  #startRelay(siding: Siding, shape: EndShape): void {
    const relay = new Relay(
      PacketSocket.open(siding.far, siding.farDevice, 'receives'),
      PacketSocket.open(this.node.namespace, this.device, 'sends'),
      shape.impairment ?? {},
    );
    this.#relay = relay;
    relay.start();
  }

  #stopRelay(): void {
    this.#relay?.stop();
    this.#relay = undefined;
  }

  async #tc(verb: 'replace' | 'delete', words: readonly string[]): Promise<void> {
    const { status, output } = await this.#run(['tc', 'qdisc', verb, 'dev', this.device, ...words]);
    if (status !== 0 && verb === 'replace') throw this.#unsupported(output);
  }

  async #nft(ruleset: string): Promise<void> {
    const { status, output } = await this.#run(['nft', '-f', '-'], ruleset);
    if (status !== 0 && !ruleset.startsWith('delete')) throw this.#unsupported(output);
  }

  #run(argv: readonly string[], input = ''): Promise<Ran> {
    return inNamespace(this.node.namespace, argv, input, this.node.processes.toolEnvironment);
  }

  #unsupported(output: string): LabError {
    return new LabError(
      'FAULT_UNSUPPORTED',
      `this kernel cannot shape packets of ${this.node.name}:${this.device}: ${output.trim()}`,
      {
        hint: 'nearcast doctor shows what the kernel can do',
      },
    );
  }
}

function isSame(one: EndShape, other: EndShape): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Runs a program in a network namespace alone: it needs nothing of a node but that. */
async function inNamespace(
  namespace: NetNamespace,
  argv: readonly string[],
  input: string,
  env: Readonly<Record<string, string>>,
): Promise<Ran> {
  return collect(spawnIn(namespace, argv, { cwd: '/', env }), input);
}
