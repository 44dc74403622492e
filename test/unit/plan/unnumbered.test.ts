import test from 'ava';
import { planOf } from './plan-of.js';

interface Written {
  readonly top?: string;
  /** What the file says of router1, after its kind. */
  readonly router1?: string;
  readonly router2?: string;
  /** The first link. */
  readonly link?: string;
}

/** The addresses of both ends of the first link, without those of other links. */
function endsOf({ top = 'unnumbered: true', router1 = '', router2 = '', link = '[router1, router2]' }: Written) {
  const plan = planOf(`
name: lab
${top}
nodes:
  router1: {kind: router${router1}}
  router2: {kind: router${router2}}
  server-a: {kind: host}
  sw1: {kind: switch}
links:
  - ${link}
  - [router2, server-a]
  - [router1, sw1]
anycast: {dns: {addresses: [192.0.2.53, "2001:db8::53"], instances: [server-a]}}
`);
  const [first] = plan.links;
  return (first?.ends ?? []).map((end) => {
    const item = plan.nodes
      .find(({ name }) => name === end.node)
      ?.interfaces.find(({ name }) => name === end.interface);
    return [end.node, ...(item?.addresses ?? []), ...(item?.unnumbered ?? []).map((family) => `no ${family}`)].join(
      ' ',
    );
  });
}

const numbered = ['router1 10.0.0.0/31 fd00:0:0:1::1/64', 'router2 10.0.0.1/31 fd00:0:0:1::2/64'];

test('routers of an unnumbered link have the addresses of their loopbacks there, and link-local ones', (t) => {
  t.deepEqual(endsOf({}), ['router1 10.255.0.1/32 no ipv4 no ipv6', 'router2 10.255.0.2/32 no ipv4 no ipv6']);
  t.deepEqual(endsOf({ top: 'unnumbered: true\nrouting: isis' }), endsOf({}));
  t.deepEqual(endsOf({ top: '' }), numbered);
  t.deepEqual(endsOf({ top: 'unnumbered: false' }), numbered);
});

test('a link stays numbered where the file has addresses, lines or routes for it, and between systems', (t) => {
  t.deepEqual(endsOf({ router1: ', frr: "ip route 203.0.113.0/24 10.0.0.1"' }), numbered);
  t.deepEqual(endsOf({ router2: ', routes: [{to: 203.0.113.0/24, via: router1}]' }), numbered);
  t.deepEqual(endsOf({ router1: ', exec: ["ip route add 203.0.113.0/24 via 10.0.0.1"]' }), numbered);
  t.deepEqual(endsOf({ router1: ', run: {ping: "ping 10.0.0.1"}' }), numbered);
  t.deepEqual(endsOf({ router1: ', asn: 65001', router2: ', asn: 65002' }), numbered);
  t.deepEqual(endsOf({ link: '[router2, sw1]' }).slice(0, 1), ['router2 10.64.0.1/22 fd00:0:0:1::1/64']);
  t.deepEqual(endsOf({ link: '[router1, server-a]' })[0], numbered[0]);
  t.deepEqual(endsOf({ link: '{endpoints: [router1, router2], prefix: 198.51.100.0/31}' }), [
    'router1 198.51.100.0/31 fd00:0:0:1::1/64',
    'router2 198.51.100.1/31 fd00:0:0:1::2/64',
  ]);
  t.deepEqual(endsOf({ link: '{endpoints: [router1, router2], addresses: {router2: 198.51.100.9/30}}' }), [
    'router1 198.51.100.10/30 fd00:0:0:1::1/64',
    'router2 198.51.100.9/30 fd00:0:0:1::2/64',
  ]);
  t.deepEqual(
    endsOf({ router1: ', asn: 65001', router2: ', asn: 65001' }),
    endsOf({}),
    'routers of one system are no border',
  );
});

test('links are unnumbered from 80 speakers on, unless the file says otherwise', (t) => {
  const ring = (routers: number, top = ''): string => `
name: ring
${top}
nodes: {${Array.from({ length: routers }, (_, i) => `r${String(i)}: {kind: router}`).join(', ')}}
links: [${Array.from({ length: routers }, (_, i) => `[r${String(i)}, r${String((i + 1) % routers)}]`).join(', ')}]
`;
  const unnumbered = (text: string): number =>
    planOf(text)
      .nodes.flatMap(({ interfaces }) => interfaces)
      .filter((item) => item.unnumbered !== undefined).length;
  t.is(unnumbered(ring(79)), 0);
  t.is(unnumbered(ring(80)), 160);
  t.is(unnumbered(ring(80, 'unnumbered: false')), 0);
});
