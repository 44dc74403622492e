import { LabError } from '../errors.js';
import type { Lab } from './lab.js';

/** What nearcast says to the daemons of every node, so that they log where the lab reads; and the words around a configuration. */
const notOfUser =
  /^(?:Building configuration\.\.\.|Current configuration:|username root nopassword|log file \/run\/nearcast\/.*|log timestamp precision 6|zebra dplane limit 10000|no zebra nexthop kernel enable)$/;

/**
 * The configuration that FRRouting runs on a node now, as `frr.conf` has it, without nearcast's own lines. Throws
 * NODE_UNKNOWN where none runs there, and CONFIG_REJECTED with what vtysh printed in its place.
 */
export async function runningConfiguration(lab: Lab, node: string): Promise<string> {
  const routing = (await lab.plan()).nodes.filter((each) => each.routing !== undefined).map(({ name }) => name);
  if (!routing.includes(node))
    throw new LabError('NODE_UNKNOWN', `${node} does not run FRR`, {
      hint: `nodes that run it: ${routing.join(', ')}`,
    });
  const { exitCode, stdout, stderr } = await lab.exec(node, ['vtysh', '-c', 'show running-config']);
  if (exitCode !== 0 || !stdout.includes('Current configuration:'))
    throw new LabError('CONFIG_REJECTED', `vtysh on ${node} shows no configuration: ${(stderr || stdout).trim()}`, {
      hint: `check the daemons: nearcast vtysh ${node}`,
    });
  const lines = stdout.split(/\r?\n/).filter((line) => !notOfUser.test(line));
  return `${lines
    .join('\n')
    .replace(/^(?:\s*\n|!\n)+/, '')
    .trimEnd()}\n`;
}
