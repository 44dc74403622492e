import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { withNearest } from '../../../src/assert/nearest.js';
import type { Answer } from '../../../src/assert/answers.js';
import type { Sighting } from '../../../src/protocol/sighting.js';
import { nearestText } from '../../../src/report/nearest-text.js';

const ipv4 = '192.0.2.53';
const ipv6 = '2001:db8:53::53';
const answer = (client: string, address: string, instance: string | null): Answer => ({
  client,
  service: 'service',
  address,
  instance,
  cost: 1,
  path: [],
  rttMs: 1,
});
const reply = (client: string, address: string, rttMs: number | null): Sighting => ({
  kind: 'icmp',
  client,
  service: null,
  address,
  sourcePort: null,
  atMs: 0,
  fate: rttMs === null ? 'silent' : 'answered',
  instance: null,
  rttMs,
  status: null,
  output: '',
  path: [],
  cost: null,
});
const services = [{ name: 'service', instances: ['server-a', 'server-b'] }];
const toInstances = [
  { instance: 'server-a', seen: [reply('client1', '10.0.0.1', 62), reply('client1', '10.0.0.1', 60)] },
  { instance: 'server-b', seen: [reply('client1', '10.0.0.3', 2), reply('client1', 'fd00::3', null)] },
  { instance: 'of-another-service', seen: [reply('client1', '10.0.0.5', 1)] },
];
const rows = withNearest(
  [answer('client1', ipv4, 'server-a'), answer('client1', ipv6, 'server-b'), answer('client2', ipv4, null)],
  services,
  [reply('client1', ipv4, 64), reply('client1', ipv4, 62), reply('client1', ipv6, 1), reply('client2', ipv4, null)],
  toInstances,
);

test('the nearest instance is that of the shortest echo, in the family of the address, of the service alone', (t) => {
  t.deepEqual(
    rows.map(({ nearest }) => nearest),
    [{ instance: 'server-b', rttMs: 2, inflationMs: 60 }, null, null],
  );
});

test('a way that is shorter than that to the instance itself is not inflated', (t) => {
  const [row] = withNearest(
    [answer('client1', ipv4, 'server-b')],
    services,
    [reply('client1', ipv4, 1.5)],
    toInstances,
  );
  t.is(row?.nearest?.inflationMs, 0);
  t.regex(nearestText(row === undefined ? [] : [row]), /no round trip is longer than that to the nearest instance/);
});

test('what is longer by less than a twentieth may be the machine, and is not told', (t) => {
  const near = (inflationMs: number): string =>
    nearestText([
      { ...answer('client1', ipv4, 'server-a'), nearest: { instance: 'server-b', rttMs: 120, inflationMs } },
    ]);
  t.regex(near(5.9), /no round trip is longer/);
  t.regex(near(6.1), /1 of 1 round trips are longer .* by 6\.1 ms at most/);
});

test('the table has how much longer each round trip is, and the sum of it all', (t) => {
  t.deepEqual(
    stripVTControlCharacters(nearestText(rows))
      .split('\n')
      .map((line) => line.replaceAll(/ +/g, ' ')),
    [
      'CLIENT ADDRESS ANSWERED BY NEAREST RTT INFLATION',
      'client1 192.0.2.53 server-a server-b 2 ms 60 ms',
      'client1 2001:db8:53::53 server-b - - -',
      'client2 192.0.2.53 nobody - - -',
      '1 of 3 round trips are longer than those to the nearest instance: by 60 ms in the median, by 60 ms at most',
    ],
  );
});
