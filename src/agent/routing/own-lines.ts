import { nodesOf, type FaultEffect } from '../../fault/fault-effect.js';
import type { LabPlan } from '../../plan/model.js';
import type { LineAnomaly } from '../../protocol/anomaly.js';
import { lineDifferences, type ConfiguredLine } from '../../render/configured-lines.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { LabNode } from '../node/lab-node.js';
import { nodeNames } from '../node/node-names.js';

/** Kinds of fault that change what a node's daemons are told. */
const RETELLING: ReadonlySet<FaultEffect['kind']> = new Set([
  'drain',
  'leak',
  'prepend',
  'med',
  'local-pref',
  'hijack',
  'null-route',
  'sinkhole',
]);

/**
 * Where the configuration that a node's daemons run differs from what they were given, in the lines by which routing is
 * decided: what a daemon has skipped when it started, and what somebody has told it since.
 */
export async function anomalousLines(lab: RunningLab, node: LabNode): Promise<readonly LineAnomaly[]> {
  const isRetold = lab.faults.all.some(({ effect }) => RETELLING.has(effect.kind) && concerns(effect, node.name));
  if (isRetold) return [];
  const found = await Promise.all(
    node.daemons.names.map(async (daemon) => {
      const given = node.files[`${daemon}.conf`];
      const running = await runningConfiguration(node, daemon);
      if (given === undefined || running === undefined) return [];
      const { missing, foreign } = lineDifferences(given, node.plan.routing?.extraLines ?? '', running);
      const told = (is: LineAnomaly['is']) => (each: ConfiguredLine) =>
        ({
          kind: 'line',
          node: node.name,
          daemon,
          is,
          ...each,
          whose: ownerOf(each.line, node.name, lab.plan),
        }) as const;
      return [...foreign.map(told('foreign')), ...missing.map(told('missing'))];
    }),
  );
  return found.flat();
}

function concerns(effect: FaultEffect, node: string): boolean {
  return 'ends' in effect ? effect.ends.some((end) => end.node === node) : nodesOf(effect).includes(node);
}

/** Undefined where the daemon does not run. */
async function runningConfiguration(
  { daemons }: LabNode,
  daemon: LabNode['daemons']['names'][number],
): Promise<string | undefined> {
  const vty = await daemons.vty(daemon).catch(() => undefined);
  return (await vty?.run('show running-config').catch(() => undefined))?.text;
}

/** Whose the router-id of a line is, where it is not the node's own: another node's, or a service's. */
function ownerOf(line: string, node: string, plan: LabPlan): string | undefined {
  const [, routerId] = /router-id (\S+)$/.exec(line) ?? [];
  if (routerId === undefined) return undefined;
  const owner = nodeNames(plan).ownerOf(routerId);
  if (owner !== undefined) return owner === node ? undefined : owner;
  return plan.services.find(({ addresses }) => addresses.includes(routerId))?.name;
}
