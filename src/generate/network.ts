import { randomFrom } from './random.js';
import { networkShapes, routersOf, type NetworkShape } from './shapes.js';

export { networkShapes, type NetworkShape };

/** A topology that a seed gives, as far as it can be made smaller. */
export interface GeneratedNetwork {
  readonly name: string;
  readonly routers: readonly GeneratedRouter[];
  /** Each hangs on one router. */
  readonly clients: readonly Host[];
  readonly instances: readonly Host[];
  readonly links: readonly GeneratedLink[];
  readonly addresses: readonly string[];
  readonly announce: 'host' | 'router';
  readonly multipath: 'none' | 'any-as' | undefined;
  readonly failures: readonly GeneratedFailure[];
}

interface GeneratedRouter {
  readonly name: string;
  readonly asn: number | undefined;
}

interface Host {
  readonly name: string;
  readonly router: string;
}

interface GeneratedLink {
  readonly ends: readonly [string, string];
  readonly cost: number;
  readonly relation: 'provider-customer' | 'peer' | undefined;
  /** What the first end says to the second. */
  readonly policy: string | undefined;
}

/** What fails, and is restored before the next one does. */
interface GeneratedFailure {
  readonly target: string;
  readonly how: 'crash' | 'down' | 'stop' | 'drain' | 'withdraw';
}

export interface NetworkWanted {
  readonly seed: number;
  readonly shape: NetworkShape;
  /** How many routers, about. */
  readonly size: number;
}

const MOST_INSTANCES = 3;
const MOST_CLIENTS = 3;
const FAILURES = 3;
const families = [['192.0.2.53', '2001:db8:53::53'], ['192.0.2.53'], ['2001:db8:53::53']] as const;
const policies = [
  undefined,
  undefined,
  'prepend: 2',
  'med: 30',
  'communities: [NO_EXPORT]',
  'communities: [GRACEFUL_SHUTDOWN]',
] as const;

/**
 * A network of a shape: with costs that tie, or nearly, or not; one family or both; instances that announce, or their
 * routers; in autonomous systems also relations and policies; and failures. Relations follow the order of the systems, as BGP
 * needs to come to rest (Gao and Rexford, 2001).
 */
export function generateNetwork({ seed, shape, size }: NetworkWanted): GeneratedNetwork {
  const random = randomFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[], fallback: T): T => list[below(list.length)] ?? fallback;
  const { count, pairs } = routersOf(shape, Math.max(3, size), below);
  const isSystems = shape === 'ases';
  const names = Array.from({ length: count }, (_, index) => `router${String(index + 1)}`);
  const router = (index: number): string => names[index] ?? 'router1';
  // The second system has two routers now and then, so that there are routes within a system too.
  const asnOf = (index: number): number => 65_001 + (index === 2 && seed % 2 === 0 ? 1 : index);
  const mostCost = pick([1, 3, 50], 1);
  const hasRelations = isSystems && random() < 0.6;
  const links = pairs.map(([a, b]): GeneratedLink => {
    const isBorder = isSystems && asnOf(a) !== asnOf(b);
    return {
      ends: [router(a), router(b)],
      cost: 1 + below(mostCost),
      relation: hasRelations && isBorder ? (random() < 0.2 ? 'peer' : 'provider-customer') : undefined,
      policy: isBorder ? pick(policies, undefined) : undefined,
    };
  });
  const places = names.map((_, index) => index).sort(() => random() - 0.5);
  const instances = places
    .slice(0, Math.min(count, 2 + below(MOST_INSTANCES - 1)))
    .map((index, nth): Host => ({ name: `server-${'abc'[nth] ?? 'x'}`, router: router(index) }));
  const clients = Array.from({ length: 1 + below(MOST_CLIENTS) }, (_, nth): Host => ({
    name: `client${String(nth + 1)}`,
    router: router(below(count)),
  }));
  const breakable: readonly GeneratedFailure[] = [
    ...names.flatMap((target): readonly GeneratedFailure[] => [
      { target, how: 'crash' },
      { target, how: 'drain' },
    ]),
    ...links.map(({ ends }): GeneratedFailure => ({ target: ends.join('/'), how: 'down' })),
    ...instances.flatMap(({ name, router: at }): readonly GeneratedFailure[] => [
      { target: name, how: 'crash' },
      { target: `${name}/${at}`, how: 'down' },
      { target: `service@${name}`, how: 'stop' },
      { target: `service@${name}`, how: 'withdraw' },
    ]),
  ];
  return {
    name: `${shape}${String(seed)}`,
    routers: names.map((name, index) => ({ name, asn: isSystems ? asnOf(index) : undefined })),
    clients,
    instances,
    links,
    addresses: pick(families, families[0]),
    announce: random() < 0.3 ? 'router' : 'host',
    multipath: isSystems ? (random() < 0.4 ? 'any-as' : 'none') : undefined,
    failures: Array.from({ length: FAILURES }, () => pick(breakable, { target: router(0), how: 'crash' })),
  };
}

/** A network as a topology file. */
export function networkText(network: GeneratedNetwork): string {
  const { name, routers, clients, instances, links, addresses, announce, multipath, failures } = network;
  return [
    `name: ${name}`,
    'nodes:',
    ...routers.map(
      (router) => `  ${router.name}: {kind: router${router.asn === undefined ? '' : `, asn: ${String(router.asn)}`}}`,
    ),
    ...[...clients, ...instances].map((host) => `  ${host.name}: {kind: host}`),
    'links:',
    ...links.map((link) => `  - ${linkText(link)}`),
    ...[...clients, ...instances].map((host) => `  - [${host.name}, ${host.router}]`),
    'anycast:',
    '  service:',
    `    addresses: [${addresses.map((address) => `"${address}"`).join(', ')}]`,
    `    instances: [${instances.map((host) => host.name).join(', ')}]`,
    ...(announce === 'host' ? [] : ['    announce: router']),
    ...(multipath === undefined ? [] : [`bgp: {multipath: ${multipath}}`]),
    ...(failures.length === 0 ? [] : ['scenario:']),
    ...failures.flatMap(({ target, how }) => [`  - {fail: ${target}, how: ${how}}`, `  - restore: ${target}`]),
    '',
  ].join('\n');
}

function linkText({ ends, cost, relation, policy }: GeneratedLink): string {
  if (cost === 1 && relation === undefined && policy === undefined) return `[${ends.join(', ')}]`;
  return `{${[
    `endpoints: [${ends.join(', ')}]`,
    ...(cost === 1 ? [] : [`cost: ${String(cost)}`]),
    ...(relation === undefined ? [] : [`relation: ${relation}`]),
    ...(policy === undefined ? [] : [`policy: {${ends[0]}: {${policy}}}`]),
  ].join(', ')}}`;
}
