import test from 'ava';
import { querySourcesRuleset, readNsdCounts, readQuerySources } from '../../../src/codec/server-counts.js';

const stats = `server0.queries=12
num.queries=12
time.boot=3.2562
num.rcode.NOERROR=9
num.rcode.NXDOMAIN=2
num.rcode.REFUSED=1
num.rcode.NOTIMP=0
num.udp=6
num.udp6=3
num.tcp=2
num.tcp6=1
`;

test('the counts of NSD are by transport and family, and by the number of the RCODE', (t) => {
  t.deepEqual(readNsdCounts(stats), {
    upMs: 3256,
    received: { udpIpv4: 6, udpIpv6: 3, tcpIpv4: 2, tcpIpv6: 1 },
    rcodes: { '0': 9, '3': 2, '5': 1 },
  });
  t.is(readNsdCounts('error unknown command\n'), undefined);
});

test('sources are those that sent something to one of the addresses, each once', (t) => {
  const elem = [
    ['192.0.2.1', '10.0.0.2'],
    ['192.0.2.1', '10.0.0.1'],
    ['2001:db8::1', 'fd00::1'],
    ['192.0.2.1', '10.0.0.1'],
    ['127.0.1.1', '127.0.0.1'],
  ].map((concat) => ({ concat }));
  const listed = JSON.stringify({ nftables: [{ metainfo: {} }, { set: { name: 'ipv4', elem } }, { set: {} }] });
  t.deepEqual(readQuerySources(listed, ['192.0.2.1', '2001:db8::1']), ['10.0.0.1', '10.0.0.2', 'fd00::1']);
  t.deepEqual(readQuerySources(listed, ['192.0.2.9']), []);
  t.is(readQuerySources('Error: No such file or directory', []), undefined);
  t.regex(querySourcesRuleset, /update @ipv6 \{ ip6 daddr \. ip6 saddr \}/);
});
