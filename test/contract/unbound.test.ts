import test from 'ava';
import { up, type Lab, type RuntimeName } from '../../src/index.js';
import { contractSandbox, forEachRuntime, inNode, settled, topologyOf } from '../support/contract.js';

contractSandbox();

const resolver = '192.0.2.53';
const resolverV6 = '2001:db8:53::53';
/** The root zone and its child are on different hosts; each has one address of each family. */
const tree = `
name: resolving
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
  resolver-a: {kind: host}
  resolver-b: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, resolver-a]
  - [router1, server-a]
  - [router2, resolver-b]
  - [router2, server-b]
anycast:
  root:
    addresses: [198.51.100.1, "2001:db8:1::1"]
    instances: [server-a]
    serve: nsd
    zones:
      ".": |
        @ SOA ns.at-the-root. hostmaster. 1 7200 3600 1209600 300
        @ NS ns.at-the-root.
        ns.at-the-root. A 198.51.100.1
        ns.at-the-root. AAAA 2001:db8:1::1
        test. NS ns.test.
        ns.test. A 198.51.100.2
        ns.test. AAAA 2001:db8:2::2
  child:
    addresses: [198.51.100.2, "2001:db8:2::2"]
    instances: [server-b]
    announce: router
    serve: nsd
    zones:
      test.: |
        @ SOA ns hostmaster 1 7200 3600 1209600 300
        @ NS ns
        ns A 198.51.100.2
        ns AAAA 2001:db8:2::2
        www AAAA 2001:db8::80
        private A 10.0.0.80
  resolver:
    addresses: [${resolver}, "${resolverV6}"]
    instances: [resolver-a, resolver-b]
    health: {interval: 50ms, timeout: 500ms}
    serve: unbound
    roots: [root]
`;
const labs = new Map<RuntimeName, Lab>();

forEachRuntime((runtime) => {
  const the = (): Lab => {
    const lab = labs.get(runtime);
    if (lab === undefined) throw new Error('the lab did not come up');
    return lab;
  };
  const resolvers = async () =>
    (await the().who()).filter(({ service }) => service === 'resolver').map(({ instance }) => instance);

  test.before(`${runtime}: a lab with resolvers`, async () => {
    labs.set(runtime, (await up(topologyOf(tree), { runtime, name: `unbound-${runtime}` })).lab);
  });

  test.serial(`${runtime}: a resolver names its instance, and resolves from the roots of the lab`, async (t) => {
    const dig = (...words: readonly string[]) => inNode(t, the(), 'client1', ['dig', '+tries=1', ...words]);
    t.deepEqual(await resolvers(), ['resolver-a', 'resolver-a']);
    for (const address of [resolver, resolverV6]) {
      t.is(await dig(`@${address}`, '+short', 'id.server', 'TXT', 'CH'), '"resolver-a"');
      t.is(await dig(`@${address}`, '+short', 'www.test', 'AAAA'), '2001:db8::80');
    }
    const answer = await dig(`@${resolver}`, '+nsid', 'private.test');
    t.regex(answer, /; NSID: [0-9a-f ]+ \("resolver-a"\)/);
    t.regex(answer, /flags: qr rd ra;[^]*10\.0\.0\.80/);
    t.regex(await dig(`@${resolver}`, 'nowhere.test'), /status: NXDOMAIN/);
  });

  test.serial(`${runtime}: it has asked a root for the root servers, and what it knows outlives them`, async (t) => {
    const dig = (...words: readonly string[]) =>
      inNode(t, the(), 'client1', ['dig', `@${resolver}`, '+tries=1', '+time=10', ...words]);
    const failed = await the().fail('root@server-a', settled);
    t.true(failed.settled, JSON.stringify(failed.lacking));
    t.is(await dig('+short', '.', 'NS'), 'ns.at-the-root.');
    t.is(await dig('+short', 'www.test', 'AAAA'), '2001:db8::80');
    t.true((await the().restore('root@server-a', settled)).settled);
  });

  if (runtime === 'netns')
    test.serial(
      'netns: servers see themselves and their own folder of all that there is, also where no FRRouting runs',
      async (t) => {
        for (const [node, server] of [
          ['server-a', 'nsd'],
          ['server-b', 'nsd'],
          ['resolver-a', 'unbound'],
        ] as const) {
          const root = `for each in /proc/[0-9]*; do case "$(tr '\\0' ' ' < $each/cmdline)" in /*/${server}' -d '*) cd $each/root && ls -A . proc; touch usr/lib/x 2>&1; break;; esac; done`;
          const seen = await inNode(t, the(), node, ['sh', '-c', root]);
          t.regex(seen, /proc:\nsys\ntouch: .*Read-only file system$/, node);
          t.notRegex(seen, /^(?:bin|boot|opt|sbin)$/m, node);
        }
      },
    );

  test.serial(`${runtime}: the next resolver takes over, and begins at the roots itself`, async (t) => {
    const failed = await the().fail('resolver@resolver-a', settled);
    t.true(failed.settled, JSON.stringify(failed.lacking));
    t.deepEqual(await resolvers(), ['resolver-b', 'resolver-b']);
    const words = ['dig', `@${resolver}`, '+tries=1', '+short', 'www.test', 'AAAA'];
    t.is(await inNode(t, the(), 'client1', words), '2001:db8::80');
    const restored = await the().restore('resolver@resolver-a', settled);
    t.true(restored.settled, JSON.stringify(restored.lacking));
    t.deepEqual(await resolvers(), ['resolver-a', 'resolver-a']);
  });
});
