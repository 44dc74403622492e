/** A ring of routers with a chord for every fourth of them, three instances and some clients spread around it. */
export function ringTopology(routers: number, clientCount = 4): string {
  const instances = ['a', 'b', 'c'];
  const clients = Array.from({ length: clientCount }, (_, index) => String(index + 1));
  const router = (index: number): string => `r${String(1 + (Math.floor(index) % routers))}`;
  const ring = Array.from({ length: routers }, (_, index) => `  - [${router(index)}, ${router(index + 1)}]`);
  const chords = Array.from({ length: Math.floor(routers / 4) }, (_, index) => {
    const across = 4 * index + Math.floor(routers / 2) - (index % 7);
    return `  - {endpoints: [${router(4 * index)}, ${router(across)}], cost: 3}`;
  });
  return [
    `name: ring${String(routers)}`,
    'nodes:',
    ...Array.from({ length: routers }, (_, index) => `  r${String(index + 1)}: {kind: router}`),
    ...instances.map((name) => `  server-${name}: {kind: host}`),
    ...clients.map((name) => `  client${name}: {kind: host}`),
    'links:',
    ...ring,
    ...chords,
    ...instances.map((name, index) => `  - [server-${name}, ${router((routers * index) / instances.length)}]`),
    ...clients.map((name, index) => `  - [client${name}, ${router((routers * (index + 0.5)) / clients.length)}]`),
    'anycast:',
    '  service:',
    '    addresses: [192.0.2.53, "2001:db8:53::53"]',
    `    instances: [${instances.map((name) => `server-${name}`).join(', ')}]`,
    '',
  ].join('\n');
}
