import type { Network } from './network.js';

/**
 * A way that packets of a client take to an address, and who answers at its end. Over paths of equal cost a client has
 * several to one address.
 */
export interface Course {
  readonly client: string;
  readonly service: string;
  readonly address: string;
  /** Null where nobody answers. */
  readonly instance: string | null;
  /** The nodes on the way, the last one included; null for one that stayed silent. */
  readonly path: readonly (string | null)[];
  /** How many flows took it, where several were sent. */
  readonly flowCount?: number;
}

/** What was observed, as far as courses need it. */
interface Observed extends Omit<Course, 'flowCount'> {
  readonly flows?:
    | {
        readonly paths: readonly {
          readonly instance: string | null;
          readonly path: Course['path'];
          readonly flows: number;
        }[];
      }
    | undefined;
}

/** The courses of a catchment map that was observed. */
export function coursesOf(answers: readonly Observed[]): readonly Course[] {
  return answers.flatMap(({ client, service, address, instance, path, flows }): readonly Course[] => {
    if (flows === undefined) return [{ client, service, address, instance, path }];
    return flows.paths.map((each) => ({
      client,
      service,
      address,
      instance: each.instance,
      path: each.path,
      flowCount: each.flows,
    }));
  });
}

/** Who answers each client; null stands for nobody. */
export function answerersOf(courses: readonly Course[]): ReadonlyMap<string, ReadonlySet<string | null>> {
  const answerers = new Map<string, Set<string | null>>();
  for (const { client, instance } of courses)
    answerers.set(client, (answerers.get(client) ?? new Set<string | null>()).add(instance));
  return answerers;
}

/**
 * By the number of a link: the instances that answer what passes it. A switch between two hops is silent, and is found.
 */
export function linksUsed(
  { nodes, links }: Network,
  courses: readonly Course[],
): ReadonlyMap<number, ReadonlySet<string>> {
  const used = new Map<number, Set<string>>();
  const keyOf = (a: string, b: string): string => JSON.stringify(a < b ? [a, b] : [b, a]);
  const numbers = new Map(links.map(({ a, b }, nth) => [keyOf(a, b), nth] as const).reverse());
  const switches = nodes.filter(({ kind }) => kind === 'switch').map(({ name }) => name);
  const way = (a: string, b: string): readonly number[] => {
    const direct = numbers.get(keyOf(a, b));
    if (direct !== undefined) return [direct];
    for (const name of switches) {
      const [to, from] = [numbers.get(keyOf(a, name)), numbers.get(keyOf(name, b))];
      if (to !== undefined && from !== undefined) return [to, from];
    }
    return [];
  };
  for (const { client, path, instance } of courses) {
    if (instance === null) continue;
    const hops = [client, ...path];
    hops.slice(1).forEach((hop, nth) => {
      const from = hops[nth];
      if (typeof from !== 'string' || hop === null) return;
      for (const link of way(from, hop)) used.set(link, (used.get(link) ?? new Set<string>()).add(instance));
    });
  }
  return used;
}
