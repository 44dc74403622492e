import test from 'ava';
import type { ServerCounts } from '../../../src/protocol/server-counts.js';
import { rssac002, rssac002Yaml } from '../../../src/report/rssac002.js';

const counts = (instance: string, own: Partial<ServerCounts>): ServerCounts => ({
  service: 'a',
  instance,
  upMs: 1000,
  received: { udpIpv4: 4, udpIpv6: 3, tcpIpv4: 2, tcpIpv6: 1 },
  rcodes: { '0': 9, '3': 1 },
  sources: ['10.0.0.1', '2001:db8:0:1::1', '2001:db8:0:1::2'],
  ...own,
});

test('a service has the sum of its instances, and each source once', (t) => {
  const [a, ...others] = rssac002([
    counts('server-a', { upMs: 61_000 }),
    counts('server-b', { rcodes: { '0': 8, '10': 2 }, sources: ['10.0.0.1', '2001:db8:0:2::1'] }),
  ]);
  t.deepEqual(others, []);
  t.deepEqual(a?.['traffic-volume'], {
    'dns-udp-queries-received-ipv4': 8,
    'dns-udp-queries-received-ipv6': 6,
    'dns-tcp-queries-received-ipv4': 4,
    'dns-tcp-queries-received-ipv6': 2,
  });
  t.deepEqual(a?.['rcode-volume'], { '0': 17, '3': 1, '10': 2 });
  t.deepEqual(a?.['unique-sources'], {
    'num-sources-ipv4': 1,
    'num-sources-ipv6': 3,
    'num-sources-ipv6-aggregate': 2,
  });
});

test('each metric of each service is a document of YAML; one that a kernel does not count is left out', (t) => {
  const metrics = rssac002([counts('server-a', {}), counts('server-a', { service: 'b', sources: null })]);
  const documents = rssac002Yaml(metrics, Date.UTC(2026, 10, 25, 12, 0, 1))
    .split(/^---\n/m)
    .slice(1);
  t.deepEqual(
    documents.map((text) => `${/^service: (.*)$/m.exec(text)?.[1] ?? ''} ${/^metric: (.*)$/m.exec(text)?.[1] ?? ''}`),
    ['a traffic-volume', 'a rcode-volume', 'a unique-sources', 'b traffic-volume', 'b rcode-volume'],
  );
  t.is(
    documents[1],
    'version: rssac002v3\nservice: a\nstart-period: 2026-11-25T12:00:00Z\nmetric: rcode-volume\n0: 9\n3: 1\n',
  );
});
