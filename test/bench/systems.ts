/**
 * Autonomous systems of one router each, as the Internet has them: three that peer with each other at the top, half of
 * all below them with two of these as providers, the others with two of those; in each of three instances and four
 * clients.
 */
export function systemsTopology(systems: number): string {
  const top = 3;
  const middle = Math.floor(systems / 2);
  const router = (index: number): string => `r${String(index + 1)}`;
  const link = (from: number, to: number, relation: string): string =>
    `  - {endpoints: [${router(from)}, ${router(to)}], relation: ${relation}}`;
  const providersOf = (index: number): readonly number[] =>
    index < top + middle
      ? [index % top, (index + 1) % top]
      : [top + ((3 * index) % middle), top + ((3 * index + 1 + (index % 5)) % middle)];
  const edge = Array.from({ length: 7 }, (_, index) => router(systems - 1 - Math.floor((index * (systems - top)) / 7)));
  const instances = ['server-a', 'server-b', 'server-c'];
  const clients = ['client1', 'client2', 'client3', 'client4'];
  return [
    `name: systems${String(systems)}`,
    'nodes:',
    ...Array.from(
      { length: systems },
      (_, index) => `  ${router(index)}: {kind: router, asn: ${String(64_600 + index)}}`,
    ),
    ...[...instances, ...clients].map((name) => `  ${name}: {kind: host}`),
    'links:',
    ...Array.from({ length: top }, (_, index) => link(index, (index + 1) % top, 'peer')),
    ...Array.from({ length: systems - top }, (_, index) => index + top).flatMap((index) =>
      providersOf(index).map((provider) => link(index, provider, 'customer-provider')),
    ),
    ...[...instances, ...clients].map((name, index) => `  - [${name}, ${edge[index] ?? ''}]`),
    'anycast:',
    '  service:',
    '    addresses: [192.0.2.53, "2001:db8:53::53"]',
    `    instances: [${instances.join(', ')}]`,
    '',
  ].join('\n');
}
