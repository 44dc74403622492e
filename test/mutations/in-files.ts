import type { FileMutation } from './model.js';

const NETWORK = `
name: sound
nodes:
  client1:  {kind: host, demand: 300}
  client2:  {kind: host, demand: 200}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [client2, router2]
  - [router1, router2]
  - [router1, server-a]
  - {endpoints: [router2, server-b], prefix: [198.51.100.0/31, "2001:db8:7::/64"]}
anycast:
  service:
    addresses: [192.0.2.53, "2001:db8:53::53"]
    instances: [server-a, server-b]
    capacity: {server-a: 600, server-b: 600}
    health: {check: "test -e /run"}
expect: {client1: server-a, client2: server-b}
`;

function mutant(pitfall: number, what: string, from: string, to: string, cause: RegExp): FileMutation {
  if (!NETWORK.includes(from)) throw new RangeError(`the sound file does not have: ${from}`);
  return { pitfall, what, sound: NETWORK, mutated: NETWORK.replace(from, to), cause };
}

/** Pitfalls that a file shows by itself. */
export const fileMutations: readonly FileMutation[] = [
  mutant(
    1,
    'two instances behind one router',
    '[router2, server-b]',
    '[router1, server-b]',
    /SHARED_ROUTER.*"server-a" and "server-b"|SHARED_ROUTER.*same router/,
  ),
  mutant(
    1,
    'an anycast address in the prefix of a link',
    '198.51.100.0/31',
    '192.0.2.52/31',
    /ANYCAST_INSIDE_LINK.*192\.0\.2\.53/,
  ),
  mutant(
    10,
    'a health check that asks the anycast address',
    'test -e /run',
    'nc -zu 192.0.2.53 53',
    /health check asks at 192\.0\.2\.53, an anycast address, where another instance may answer/,
  ),
  mutant(16, 'survivors that cannot carry the load', 'server-b: 600', 'server-b: 400', /server-b\D+200 -> 500 of 400/),
  mutant(
    18,
    'an IPv6 anycast address in the prefix of a link, where nobody answers for it',
    '2001:db8:7::/64',
    '2001:db8:53::/64',
    /ANYCAST_INSIDE_LINK.*2001:db8:53::53/,
  ),
];
