import type { NetNamespace } from '../system/kernel.js';
import { ipBatch } from '../system/run-to-end.js';

/**
 * Where frames go that leave an interface and are not to arrive as they are: a veth beside it, whose far end is in a
 * namespace of the agent's own. To their sender, the kernel reports them as sent.
 */
export class Siding {
  /** Its end in the node, for a netfilter rule to hand frames over to. */
  readonly device: string;
  /** Its end in the agent's namespace, where they arrive. */
  readonly farDevice: string;

  constructor(
    readonly far: NetNamespace,
    /** Of its own in the lab. */
    index: number,
    /** Of the lab's tools. */
    readonly env: Readonly<Record<string, string>>,
  ) {
    this.device = `siding${String(index)}`;
    this.farDevice = `far${String(index)}`;
  }

  /** Undefined, or what the kernel says against it. */
  async open(near: NetNamespace): Promise<string | undefined> {
    const far = `/proc/${String(process.pid)}/fd/${String(this.far.descriptor)}`;
    const made = await ipBatch(
      near,
      [
        `link add ${this.device} mtu 65535 type veth peer name ${this.farDevice} mtu 65535 netns ${far}`,
        `link set ${this.device} arp off addrgenmode none up`,
      ],
      this.env,
    );
    const raised = await ipBatch(this.far, [`link set ${this.farDevice} arp off addrgenmode none up`], this.env);
    return made.status === 0 && raised.status === 0 ? undefined : `${made.output} ${raised.output}`;
  }

  /**
   * From the far end: the near one may be in a namespace without holders, which the kernel removes only later.
   */
  async close(): Promise<void> {
    await ipBatch(this.far, [`link delete ${this.farDevice}`], this.env);
  }
}
