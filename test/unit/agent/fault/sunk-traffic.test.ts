import test from 'ava';
import { SunkTraffic } from '../../../../src/agent/fault/sunk-traffic.js';

const nobody = (): undefined => undefined;

test('datagrams are counted by source and by ingress, and whoever sends most comes first', (t) => {
  const traffic = new SunkTraffic();
  for (const [source, device, count] of [
    ['10.0.0.1', 'eth1', 3],
    ['10.0.0.2', 'eth1', 5],
    ['10.0.0.1', 'eth2', 1],
  ] as const)
    for (let each = 0; each < count; each++) traffic.datagram(source, device, 5000);
  const sources = traffic.sources(
    5000,
    (address) => (address === '10.0.0.2' ? 'bot2' : undefined),
    (device) => ({ eth1: 'edge1' })[device],
  );
  t.deepEqual(
    sources.map(({ address, node, ingress, packets }) => [address, node, ingress, packets]),
    [
      ['10.0.0.2', 'bot2', 'edge1', 5],
      ['10.0.0.1', null, 'edge1', 3],
      ['10.0.0.1', null, 'eth2', 1],
    ],
  );
});

test('a rate is that of the last second, and is gone when nothing comes any more', (t) => {
  const traffic = new SunkTraffic();
  for (let ms = 0; ms < 3000; ms += 10) traffic.datagram('10.0.0.1', 'eth1', ms);
  const rateAt = (ms: number): number | undefined => traffic.sources(ms, nobody, nobody)[0]?.perSecond;
  t.is(rateAt(3000), 100);
  t.is(rateAt(3500), 50);
  t.is(rateAt(4100), 0);
});

test('a connection is held until it is released, and how long is kept', (t) => {
  const traffic = new SunkTraffic();
  const [one, other] = [{}, {}];
  traffic.hold('10.0.0.1', 'eth1', one, 1000);
  traffic.hold('10.0.0.1', 'eth1', other, 1500);
  t.like(traffic.sources(2000, nobody, nobody)[0], { connections: 2, held: 2, longestHoldMs: 1000 });
  traffic.release('10.0.0.1', 'eth1', one, 2500);
  traffic.release('10.0.0.1', 'eth1', one, 9000);
  t.like(traffic.sources(2600, nobody, nobody)[0], { connections: 2, held: 1, longestHoldMs: 1500 });
  traffic.release('10.0.0.1', 'eth1', other, 4000);
  t.like(traffic.sources(9000, nobody, nobody)[0], { connections: 2, held: 0, longestHoldMs: 2500 });
});

test('an attacker with more addresses than there is room for is counted all the same', (t) => {
  const traffic = new SunkTraffic();
  for (let each = 0; each < 1500; each++) traffic.datagram(`source-${String(each)}`, 'eth1', 0);
  const sources = traffic.sources(0, nobody, nobody);
  t.is(sources.length, 1001);
  t.like(sources[0], { address: 'others', packets: 500 });
});
