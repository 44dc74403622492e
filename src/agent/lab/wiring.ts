import { LabError } from '../../errors.js';
import type { LabPlan } from '../../plan/model.js';
import { macAddress } from '../../plan/addressing.js';
import type { NetNamespace } from '../system/kernel.js';
import { ipBatch } from '../system/run-to-end.js';

const FIRST_INDEX = 100;

/**
 * Makes every link of the lab as a veth pair, both ends placed at once, in a single `ip -batch`: 250 links take a fifth
 * of a second. The agent holds a descriptor of each namespace.
 */
export async function wireLinks(
  plan: LabPlan,
  home: NetNamespace,
  namespaceOf: (node: string) => NetNamespace,
  toolEnvironment: Readonly<Record<string, string>>,
): Promise<void> {
  const placeOf = (node: string): string => `/proc/${String(process.pid)}/fd/${String(namespaceOf(node).descriptor)}`;
  const lines = plan.links.map(({ ends: [a, b] }, index) =>
    [
      `link add ${a.interface} index ${interfaceIndex(index, 0)} address ${macAddress(index, 0)} netns ${placeOf(a.node)} type veth`,
      `peer name ${b.interface} index ${interfaceIndex(index, 1)} address ${macAddress(index, 1)} netns ${placeOf(b.node)}`,
    ].join(' '),
  );
  if (lines.length === 0) return;
  const { status, output } = await ipBatch(home, lines, toolEnvironment, 'stop');
  if (status !== 0) throw new LabError('DEPLOY_FAILED', `ip could not create the links: ${output.trim()}`);
}

/**
 * Never the same at both ends. Linux reports a change of carrier at once only where an interface's index differs from
 * its peer's; where both happen to be number 2, each in its own namespace, it may wait a whole second.
 */
function interfaceIndex(link: number, end: 0 | 1): string {
  return String(FIRST_INDEX + 2 * link + end);
}
