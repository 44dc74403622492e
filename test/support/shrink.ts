import type { GeneratedNetwork } from '../../src/generate/network.js';

/** Every network that is smaller by one thing, the largest cuts first. */
export function smaller(network: GeneratedNetwork): readonly GeneratedNetwork[] {
  const { routers, clients, instances, links, addresses, failures } = network;
  const without = <T>(list: readonly T[], nth: number): readonly T[] => list.filter((_, index) => index !== nth);
  const isOf = (name: string, target: string): boolean => target.split(/[/@]/).includes(name);
  return [
    ...routers.map(({ name }) => ({
      ...network,
      routers: routers.filter((router) => router.name !== name),
      clients: clients.filter(({ router }) => router !== name),
      instances: instances.filter(({ router }) => router !== name),
      links: links.filter(({ ends }) => !ends.includes(name)),
      failures: failures.filter(({ target }) => !isOf(name, target)),
    })),
    ...failures.map((_, nth) => ({ ...network, failures: without(failures, nth) })),
    ...clients.map((_, nth) => ({ ...network, clients: without(clients, nth) })),
    ...instances.map(({ name }, nth) => ({
      ...network,
      instances: without(instances, nth),
      failures: failures.filter(({ target }) => !isOf(name, target)),
    })),
    ...links.map(({ ends }, nth) => ({
      ...network,
      links: without(links, nth),
      failures: failures.filter(({ target }) => target !== ends.join('/')),
    })),
    ...(addresses.length === 1 ? [] : addresses.map((_, nth) => ({ ...network, addresses: without(addresses, nth) }))),
    ...links.flatMap((link, nth) => {
      const plain = { ends: link.ends, cost: 1, relation: undefined, policy: undefined };
      const isPlain = link.cost === 1 && link.relation === undefined && link.policy === undefined;
      return isPlain ? [] : [{ ...network, links: links.map((each, index) => (index === nth ? plain : each)) }];
    }),
  ].filter((each) => each.clients.length > 0 && each.instances.length > 0);
}

/**
 * The smallest network that still shows something: as long as one that is smaller by one thing does, that one is taken.
 * Looks at most so often, since a look may take a lab.
 */
export async function shrink(
  network: GeneratedNetwork,
  shows: (network: GeneratedNetwork) => Promise<boolean>,
  mostLooks: number,
): Promise<GeneratedNetwork> {
  let smallest = network;
  let looks = 0;
  for (let found = true; found && looks < mostLooks;) {
    found = false;
    for (const each of smaller(smallest)) {
      if (looks++ >= mostLooks) break;
      if (!(await shows(each))) continue;
      smallest = each;
      found = true;
      break;
    }
  }
  return smallest;
}
