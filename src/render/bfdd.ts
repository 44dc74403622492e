import type { PlanNode } from '../plan/model.js';
import type { BfdSettings } from '../topology/model/topology.js';
import { frrBlock } from './frr-block.js';
import { logLines } from './log-lines.js';

/** The name of the profile with these settings: sessions come from OSPF, and name the profile that they follow. */
export function bfdProfile({ intervalMs, multiplier }: BfdSettings): string {
  return `every-${String(intervalMs)}-times-${String(multiplier)}`;
}

/** bfdd's configuration: a profile for each of the settings that the node's links have (RFC 5880 section 6.8.4). */
export function bfddConf(node: PlanNode): string {
  const settings = new Map(
    node.interfaces.flatMap(({ bfd }) => (bfd === undefined ? [] : [[bfdProfile(bfd), bfd] as const])),
  );
  const profiles = [...settings].map(([name, { intervalMs, multiplier }]) =>
    [
      ` profile ${name}`,
      `  detect-multiplier ${String(multiplier)}`,
      `  receive-interval ${String(intervalMs)}`,
      `  transmit-interval ${String(intervalMs)}`,
      ' exit',
    ].join('\n'),
  );
  return [
    `hostname ${node.name}\n`,
    logLines('bfdd'),
    frrBlock(
      'bfd',
      profiles.map((profile) => profile.trimStart()),
    ),
  ].join('');
}
