import { randomFrom } from './random.js';

/**
 * A topology of autonomous systems that a seed gives: three to six routers in two to four systems, in a tree with up to
 * three links more, relations and policies here and there, and two instances and two clients somewhere. A system of
 * three and more routers has one or two route reflectors. Relations follow the order of the systems' numbers, as BGP
 * needs to come to rest (Gao and Rexford, 2001).
 */
export function anySystems(seed: number): string {
  const random = randomFrom(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const pick = <T>(list: readonly [T, ...T[]]): T => list[below(list.length)] ?? list[0];
  const routers = Array.from({ length: 3 + below(4) }, (_, index) => ({
    name: `router${String(index + 1)}`,
    asn: 65_001 + (index === 0 ? 0 : index === 1 ? 1 : below(4)),
  }));
  const router = (index: number): { readonly name: string; readonly asn: number } =>
    routers[index] ?? { name: 'router1', asn: 65_001 };
  const pairs = new Map<string, readonly [number, number]>();
  const join = (a: number, b: number): void => {
    if (a !== b) pairs.set([a, b].sort((x, y) => x - y).join('/'), [Math.min(a, b), Math.max(a, b)]);
  };
  routers.slice(1).forEach((_, index) => {
    join(index + 1, below(index + 1));
  });
  for (let extra = below(4); extra > 0; extra--) join(below(routers.length), below(routers.length));
  const hasRelations = random() < 0.5;
  const links = [...pairs.values()].map(([a, b]) => {
    const [first, second] = [router(a), router(b)];
    const settings = [`endpoints: [${first.name}, ${second.name}]`, `cost: ${String(1 + below(50))}`];
    if (first.asn !== second.asn) {
      if (hasRelations)
        settings.push(`relation: ${first.asn < second.asn ? 'provider-customer' : 'customer-provider'}`);
      const policy = pick([
        '',
        '',
        'prepend: 2',
        'med: 30',
        'communities: [NO_EXPORT]',
        'communities: [GRACEFUL_SHUTDOWN]',
      ]);
      if (policy !== '') settings.push(`policy: {${pick([first.name, second.name])}: {${policy}}}`);
    }
    return `{${settings.join(', ')}}`;
  });
  const at = below(routers.length);
  const hosts = [
    ['server-a', router(at).name],
    ['server-b', router((at + 1 + below(routers.length - 1)) % routers.length).name],
    ['client1', router(below(routers.length)).name],
    ['client2', router(below(routers.length)).name],
  ] as const;
  const ownAsn = random() < 0.3;
  const announce = !ownAsn && random() < 0.3 ? 'router' : 'host';
  const reflectors = [...new Set(routers.map(({ asn }) => asn))]
    .map((system) => routers.filter(({ asn }) => asn === system))
    .filter((members) => members.length > 2)
    .flatMap((members) => members.slice(-1 - below(2)).map(({ name }) => name));
  return [
    `name: systems${String(seed)}`,
    ...(reflectors.length === 0 ? [] : [`bgp: {reflectors: [${reflectors.join(', ')}]}`]),
    'nodes:',
    ...routers.map(({ name, asn }) => `  ${name}: {kind: router, asn: ${String(asn)}}`),
    ...hosts.map(([name]) => `  ${name}: {kind: host${ownAsn && name === 'server-a' ? ', asn: 65100' : ''}}`),
    'links:',
    ...links.map((link) => `  - ${link}`),
    ...hosts.map((ends) => `  - [${ends.join(', ')}]`),
    'anycast:',
    `  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b], announce: ${announce}}`,
    '',
  ].join('\n');
}
