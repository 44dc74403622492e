import { answerersOf, linksUsed, type Course } from './course.js';
import type { LinkLabel } from './link-label.js';
import type { Network } from './network.js';

/** What a picture shows besides the network itself. */
export interface Scene {
  /** Who answers whom, and by which way; empty where that is not shown. */
  readonly courses: readonly Course[];
  /** As it was before, where the difference is shown. */
  readonly before?: readonly Course[] | undefined;
  /** What the difference is to, where it is not what was before: `predicted`. */
  readonly beforeWord?: string | undefined;
  readonly broken?: Broken | undefined;
}

/** What is broken on purpose, with what is wrong with it: `loses power`. */
export interface Broken {
  readonly nodes: ReadonlyMap<string, string>;
  /** By the number of a link. */
  readonly links: ReadonlyMap<number, string>;
  /** Those of the nodes that have not failed: somebody, or the lab, changes them with care. */
  readonly maintained: ReadonlySet<string>;
  /** Those of the nodes that do nothing any more. */
  readonly dead: ReadonlySet<string>;
  /** What stands at those links. */
  readonly labels: ReadonlyMap<number, LinkLabel>;
}

/** What stands at a node or a link in a drawing of characters: `x` where it has failed, `~` where somebody changed it. */
export function signOf({ broken, ...state }: Pick<NodeState, 'broken' | 'isMaintained'> | LinkState): string {
  if (broken === undefined) return '';
  const works = 'label' in state ? state.label?.works === true : 'isMaintained' in state && state.isMaintained;
  return works ? '~' : 'x';
}

/** How one node is to be drawn. */
export interface NodeState {
  /** Who answers it; null stands for nobody. */
  readonly answerers: readonly (string | null)[];
  /** Who did before, where that is another one. */
  readonly before: readonly (string | null)[] | undefined;
  readonly beforeWord: string;
  readonly broken: string | undefined;
  /** It has not failed: somebody takes it out of use with care. */
  readonly isMaintained: boolean;
  /** It does nothing any more. */
  readonly isDead: boolean;
}

/** How one link is to be drawn. */
export interface LinkState {
  readonly instances: readonly string[];
  /** Those whose packets passed it before, and do not any more. */
  readonly before: readonly string[];
  readonly beforeWord: string;
  readonly broken: string | undefined;
  readonly label: LinkLabel | undefined;
}

/** A scene by node and link. */
export interface SceneStates {
  node(name: string): NodeState;
  link(nth: number): LinkState;
}

export function statesOf(network: Network, { courses, before, beforeWord = 'before', broken }: Scene): SceneStates {
  const answerers = answerersOf(courses);
  const wereAnswerers = answerersOf(before ?? []);
  const used = linksUsed(network, courses);
  const wereUsed = linksUsed(network, before ?? []);
  const sorted = <T extends string | null>(set: ReadonlySet<T> | undefined): readonly T[] =>
    [...(set ?? [])].sort((one, other) => String(one).localeCompare(String(other), 'en'));
  return {
    node(name) {
      const now = sorted(answerers.get(name));
      const was = sorted(wereAnswerers.get(name));
      const moved = before !== undefined && was.length > 0 && JSON.stringify(was) !== JSON.stringify(now);
      return {
        answerers: now,
        before: moved ? was : undefined,
        beforeWord,
        broken: broken?.nodes.get(name),
        isMaintained: broken?.maintained.has(name) === true,
        isDead: broken?.dead.has(name) === true,
      };
    },
    link(nth) {
      const instances = sorted(used.get(nth));
      return {
        instances,
        before: sorted(wereUsed.get(nth)).filter((instance) => !instances.includes(instance)),
        beforeWord,
        broken: broken?.links.get(nth),
        label: broken?.labels.get(nth),
      };
    },
  };
}
