import { spawn } from 'node:child_process';
import { LabError } from '../errors.js';
import { methodsFor, netemWords, nftTable, tableName, tbfWords, unshaped, type EndShape, type ShapingMethod } from '../fault/shaping.js';
import type { NetNamespace } from './kernel.js';
import type { LabNode } from './lab-node.js';
import { PacketSocket } from './packets.js';
import { Relay } from './relay.js';
import { collect, ipBatch, type Ran } from './run-to-end.js';

/** What all ends of a lab need to be shaped; made when the first one is. */
export class ShapingTools {
  #scratch: NetNamespace | undefined;
  #hasNetem: Promise<boolean> | undefined;

  constructor(
    readonly home: NetNamespace,
    readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** A namespace of the agent's own: relays take frames there, where no node sees them. */
  get scratch(): NetNamespace {
    return (this.#scratch ??= this.home.create());
  }

  /** Whether this kernel has netem, found out by trying it where nobody is disturbed. */
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
  /** What is under way: each change starts from a whole one. */
  #changing: Promise<unknown> = Promise.resolve();

  constructor(
    readonly node: LabNode,
    readonly device: string,
    /** Of its own in the lab: names the relay's interfaces. */
    readonly index: number,
    readonly tools: ShapingTools,
  ) {}

  get methods(): readonly ShapingMethod[] {
    return this.#methods;
  }

  /** Makes it so; does nothing where it is so already. LabError FAULT_UNSUPPORTED names what this kernel cannot do. */
  async apply(shape: EndShape): Promise<void> {
    const change = this.#changing.then(async () => {
      if (JSON.stringify(shape) === JSON.stringify(this.#shape)) return;
      await this.#clear();
      this.#shape = shape;
      await this.#make(shape);
    });
    this.#changing = change.catch(() => undefined);
    return change;
  }

  /** The interface has moved to a new namespace, and nothing of this with it. */
  async renew(): Promise<void> {
    const shape = this.#shape;
    if (this.#relay !== undefined) {
      this.#stopRelay();
      // The kernel would take it away with the old namespace, but in its own time.
      await ipBatch(this.tools.scratch, [`link delete ${this.#farDevice}`]);
    }
    this.#methods = [];
    this.#shape = unshaped;
    await this.apply(shape);
  }

  async #make(shape: EndShape): Promise<void> {
    const methods = methodsFor(shape, await this.tools.hasNetem());
    this.#methods = methods;
    const { impairment = {} } = shape;
    if (methods.includes('netem')) await this.#tc('replace', ['root', 'netem', ...netemWords(impairment)]);
    if (methods.includes('tbf')) await this.#tc('replace', ['root', 'tbf', ...tbfWords(impairment.rateBps ?? 0)]);
    if (methods.includes('relay')) await this.#startRelay(shape);
    else if (methods.includes('nftables')) await this.#nft(nftTable(this.device, shape, undefined));
  }

  async #clear(): Promise<void> {
    const methods = this.#methods;
    this.#methods = [];
    if (methods.includes('nftables')) await this.#nft(`delete table netdev ${tableName(this.device)}\n`);
    if (methods.includes('netem') || methods.includes('tbf')) await this.#tc('delete', ['root']);
    if (methods.includes('relay')) {
      this.#stopRelay();
      await ipBatch(this.node.namespace, [`link delete ${this.#relayDevice}`]);
    }
  }

  get #relayDevice(): string {
    return `relay${String(this.index)}`;
  }

  get #farDevice(): string {
    return `far${String(this.index)}`;
  }

  /** What leaves is handed to an interface whose other end is the agent's; the agent sends it on when its time has come. */
  async #startRelay(shape: EndShape): Promise<void> {
    const far = this.#farDevice;
    const scratch = `/proc/${String(process.pid)}/fd/${String(this.tools.scratch.descriptor)}`;
    const made = await ipBatch(this.node.namespace, [
      `link add ${this.#relayDevice} mtu 65535 type veth peer name ${far} mtu 65535 netns ${scratch}`,
      `link set ${this.#relayDevice} arp off addrgenmode none up`,
    ]);
    const raised = await ipBatch(this.tools.scratch, [`link set ${far} arp off addrgenmode none up`]);
    if (made.status !== 0 || raised.status !== 0) throw this.#unsupported(`${made.output} ${raised.output}`);
    const relay = new Relay(
      PacketSocket.open(this.tools.scratch, far, 'receives'),
      PacketSocket.open(this.node.namespace, this.device, 'sends'),
      shape.impairment ?? {},
    );
    this.#relay = relay;
    relay.start();
    await this.#nft(nftTable(this.device, shape, this.#relayDevice));
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
    return new LabError('FAULT_UNSUPPORTED', `this kernel cannot do that to ${this.node.name}:${this.device}: ${output.trim()}`, {
      hint: 'nearcast doctor shows what it can',
    });
  }
}

/** Runs a program in a network namespace alone: it needs nothing of a node but that. */
async function inNamespace(namespace: NetNamespace, argv: readonly string[], input: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  const child = spawn('nsenter', ['--net=/proc/self/fd/3', '--', ...argv], {
    cwd: '/',
    env,
    stdio: ['pipe', 'pipe', 'pipe', namespace.descriptor],
  });
  return collect(child, input);
}
