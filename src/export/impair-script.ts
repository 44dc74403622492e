import type { LabPlan } from '../plan/model.js';
import type { Impairment } from '../topology/model/fault.js';
import { shellWord } from './texts.js';

/** A script that gives every link its impairment, to be run after `containerlab deploy`; undefined where no link has one. */
export function impairScript({ topology, links }: LabPlan): string | undefined {
  const lines = links.flatMap(({ ends, impairment }) => {
    const words = impairment === undefined ? [] : netemWords(impairment);
    if (words.length === 0) return [];
    return ends.map(({ node, interface: device }) =>
      ['containerlab', 'tools', 'netem', 'set', '--node', `clab-${topology}-${node}`, '--interface', device, ...words]
        .map(shellWord)
        .join(' '),
    );
  });
  return lines.length === 0 ? undefined : `#!/bin/sh\nset -e\n${lines.join('\n')}\n`;
}

function netemWords({ delayMs, jitterMs, loss, corrupt, rateBps }: Impairment): readonly string[] {
  const percent = (share: number): string => String(Number((share * 100).toFixed(4)));
  return [
    ...(delayMs === undefined ? [] : ['--delay', `${String(delayMs)}ms`]),
    ...(jitterMs === undefined ? [] : ['--jitter', `${String(jitterMs)}ms`]),
    ...(loss === undefined ? [] : ['--loss', percent(loss)]),
    ...(corrupt === undefined ? [] : ['--corruption', percent(corrupt)]),
    // In kilobits a second.
    ...(rateBps === undefined ? [] : ['--rate', String(Math.max(1, Math.round(rateBps / 1000)))]),
  ];
}
