import { LabError } from '../../../errors.js';
import type { Daemon } from '../../../plan/model.js';
import type { LabNode } from '../../node/lab-node.js';

/** What a daemon shows to people; undefined where it does not run. */
export async function shownText(node: LabNode, daemon: Daemon, command: string): Promise<string | undefined> {
  try {
    const vty = await node.daemons.vty(daemon);
    return (await vty.run(command)).text;
  } catch (error) {
    if (error instanceof LabError && error.code === 'AGENT_GONE') return undefined;
    throw error;
  }
}
