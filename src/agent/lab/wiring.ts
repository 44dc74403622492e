import { LabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';
import { macAddress } from '../../plan/addressing.js';
import type { NetNamespace } from '../system/kernel.js';
import { ipBatch } from '../system/run-to-end.js';

const FIRST_INDEX = 100;

/** Where the links of a lab are made. */
export interface Namespaces {
  /** The agent's own. */
  readonly home: NetNamespace;
  readonly of: (node: string) => NetNamespace;
  /** The environment of its tools. */
  readonly tools: Readonly<Record<string, string>>;
}

/**
 * Makes every link of the lab as a veth pair, both ends placed at once, in a single `ip -batch`: 250 links take a fifth
 * of a second. The agent holds a descriptor of each namespace.
 */
export async function wireLinks(plan: LabPlan, namespaces: Namespaces): Promise<void> {
  const { links } = plan;
  const lines = links.map(({ ends: [a, b] }, index) => {
    const peer = `${endWords(b.interface, index, 1)} netns ${pathOf(namespaces.of(b.node))}`;
    return vethLine(a.interface, index, 0, namespaces.of(a.node), peer);
  });
  await runBatch(namespaces, namespaces.home, lines);
}

/** An end of a link, and what is at the other end of the pair. */
export function vethLine(name: string, link: number, end: 0 | 1, at: NetNamespace, peer: string): string {
  return `link add ${endWords(name, link, end)} netns ${pathOf(at)} type veth peer name ${peer}`;
}

/**
 * The indexes are never the same at both ends. Linux reports a change of carrier at once only where an interface's index
 * differs from its peer's; where both happen to be number 2, each in its own namespace, it may wait a whole second.
 */
export function endWords(name: string, link: number, end: 0 | 1): string {
  return `${name} index ${interfaceIndex(link, end)} address ${macAddress(link, end)}`;
}

export function interfaceIndex(link: number, end: 0 | 1): string {
  return String(FIRST_INDEX + 2 * link + end);
}

/** By which `ip` finds a namespace that the agent holds. */
export function pathOf(namespace: NetNamespace): string {
  return `/proc/${String(process.pid)}/fd/${String(namespace.descriptor)}`;
}

/** Runs commands of `ip`, or of `bridge`, in a namespace, up to the first one that fails. LabError DEPLOY_FAILED. */
export async function runBatch(
  { tools }: Pick<Namespaces, 'tools'>,
  at: NetNamespace,
  lines: readonly string[],
  program: 'ip' | 'bridge' = 'ip',
): Promise<void> {
  if (lines.length === 0) return;
  const { status, output } = await ipBatch(at, lines, tools, 'stop', program);
  if (status !== 0) throw new LabError('DEPLOY_FAILED', `${program} could not create the links: ${output.trim()}`);
}
