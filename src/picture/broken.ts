import type { ActiveFault } from '../fault/active-fault.js';
import { nodesOf } from '../fault/fault-effect.js';
import type { LabPlan } from '../plan/model.js';
import { entryOf, type BrokenSet, type FaultKind } from '../topology/model/fault.js';
import { labelOf, type LinkLabel } from './link-label.js';
import type { Broken } from './scene.js';

/** Something broken on purpose, and where it is in the picture. */
export interface FaultMark {
  readonly target: string;
  readonly how: FaultKind;
  /** `server-a loses power`. */
  readonly text: string;
  readonly nodes: readonly string[];
  /** By their numbers. */
  readonly links: readonly number[];
  /** What stands at the links. */
  readonly label?: LinkLabel;
  /** Nothing has failed: somebody takes it out of use with care. */
  readonly isMaintenance?: true;
  /** The lab itself has made it, against an attack. */
  readonly cause?: 'attack';
  /** Nothing of the nodes runs any more. */
  readonly isDead?: true;
}

const deadly: ReadonlySet<BrokenSet> = new Set(['crashedNodes', 'frozenNodes', 'stoppedServices']);

/** Where a fault is in a picture. */
export function markOf({ links }: Pick<LabPlan, 'links'>, fault: ActiveFault): FaultMark {
  const { target, how, effect, cause } = fault;
  const { fails, isMaintenance, breaks } = entryOf(how);
  const label = labelOf(fault);
  const isHere = ({ ends }: LabPlan['links'][number]): boolean =>
    'ends' in effect &&
    ends.some((end) => effect.ends.some((other) => other.node === end.node && other.interface === end.interface));
  return {
    target,
    how,
    text: `${target} ${fails}`,
    nodes: nodesOf(effect),
    links: links.flatMap((link, nth) => (isHere(link) ? [nth] : [])),
    ...(label === undefined ? {} : { label }),
    ...(isMaintenance === true ? { isMaintenance } : {}),
    ...(cause === 'attack' ? { cause } : {}),
    ...(breaks !== undefined && deadly.has(breaks) ? { isDead: true } : {}),
  };
}

/** All that is broken, by node and link. */
export function brokenBy(marks: readonly FaultMark[]): Broken {
  const nodes = new Map<string, string>();
  const links = new Map<number, string>();
  const labels = new Map<number, LinkLabel>();
  const failed = new Set<string>();
  const dead = new Set<string>();
  const add = <K>(map: Map<K, string>, key: K, text: string): void => {
    const known = map.get(key);
    map.set(key, known === undefined ? text : `${known}; ${text}`);
  };
  for (const { text, label, isMaintenance, cause, isDead, ...at } of marks) {
    for (const node of at.nodes) {
      add(nodes, node, text);
      if (isMaintenance !== true && cause === undefined) failed.add(node);
      if (isDead === true) dead.add(node);
    }
    for (const link of at.links) {
      add(links, link, text);
      // What cuts a link off is more than what slows it down.
      if (label !== undefined && labels.get(link)?.works !== false) labels.set(link, label);
    }
  }
  return { nodes, links, labels, dead, maintained: new Set([...nodes.keys()].filter((node) => !failed.has(node))) };
}

/** Where faults are in a picture, and what is wrong there: `server-a loses power`. */
export function brokenOf(plan: Pick<LabPlan, 'links'>, faults: Iterable<ActiveFault>): Broken {
  return brokenBy([...faults].map((fault) => markOf(plan, fault)));
}
