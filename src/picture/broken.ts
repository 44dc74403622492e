import type { ActiveFault } from '../fault/active-fault.js';
import type { LabPlan } from '../plan/model.js';
import { entryOf } from '../topology/model/fault.js';
import type { Broken } from './scene.js';

/** Where faults are in a picture, and what is wrong there: `server-a loses power`. */
export function brokenOf({ links }: Pick<LabPlan, 'links'>, faults: Iterable<ActiveFault>): Broken {
  const broken = { nodes: new Map<string, string>(), links: new Map<number, string>() };
  const add = <K>(map: Map<K, string>, key: K, text: string): void => {
    const known = map.get(key);
    map.set(key, known === undefined ? text : `${known}; ${text}`);
  };
  for (const { target, how, effect } of faults) {
    const text = `${target} ${entryOf(how).fails}`;
    if (!('ends' in effect)) {
      add(broken.nodes, effect.node, text);
      continue;
    }
    links.forEach(({ ends }, nth) => {
      const isHere = ends.some((end) =>
        effect.ends.some((other) => other.node === end.node && other.interface === end.interface),
      );
      if (isHere) add(broken.links, nth, text);
    });
  }
  return broken;
}
