import { randomFrom } from './random.js';

/**
 * A topology that a seed gives: two to four routers in a tree with perhaps one link more, two instances and two clients
 * behind routers of their own. Costs are spread so wide that no two ways cost the same: everybody's answer is one.
 */
export function anyTopology(seed: number): string {
  const random = randomFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const routers = Array.from({ length: 2 + below(3) }, (_, index) => `router${String(index + 1)}`);
  const router = (index: number): string => routers[index] ?? 'router1';
  const cost = (): number => 1 + below(5000);
  const tree = routers.slice(1).map((name, index) => [name, router(below(index + 1))] as const);
  const [first, second] = [below(routers.length), below(routers.length)];
  const isNew = first !== second && !tree.some((pair) => pair.includes(router(first)) && pair.includes(router(second)));
  const serverB = (first + 1 + below(routers.length - 1)) % routers.length;
  const links = [
    ...tree,
    ...(isNew ? [[router(first), router(second)] as const] : []),
    ['server-a', router(first)] as const,
    ['server-b', router(serverB)] as const,
    ['client1', router(below(routers.length))] as const,
    ['client2', router(below(routers.length))] as const,
  ];
  return [
    `name: any${String(seed)}`,
    'nodes:',
    ...routers.map((name) => `  ${name}: {kind: router}`),
    ...['server-a', 'server-b', 'client1', 'client2'].map((name) => `  ${name}: {kind: host}`),
    'links:',
    ...links.map(([a, b]) => `  - {endpoints: [${a}, ${b}], cost: ${String(cost())}}`),
    'anycast:',
    `  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b], announce: ${random() < 0.3 ? 'router' : 'host'}}`,
    '',
  ].join('\n');
}
