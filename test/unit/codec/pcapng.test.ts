import test from 'ava';
import {
  enhancedPacket,
  interfaceDescription,
  interfaceStatistics,
  sectionHeader,
  type FrameCourse,
} from '../../../src/codec/pcapng.js';
import { readPcapng } from '../../support/pcapng.js';

const timestampNs = 1_795_366_049_886_201_910n;

test('a file says who wrote it, and describes each interface', (t) => {
  const file = Buffer.concat([
    sectionHeader(),
    interfaceDescription('router1:eth1', 262_144),
    interfaceDescription('client1:eth1', 96),
  ]);
  t.deepEqual(readPcapng(file), {
    application: 'nearcast',
    interfaces: [
      { name: 'router1:eth1', linkType: 1, snapLength: 262_144, resolution: 9 },
      { name: 'client1:eth1', linkType: 1, snapLength: 96, resolution: 9 },
    ],
    packets: [],
    statistics: {},
  });
});

test('a section header is what the draft says, byte for byte', (t) => {
  t.is(
    sectionHeader().toString('hex'),
    [
      '0a0d0d0a',
      '2c000000',
      '4d3c2b1a',
      '0100',
      '0000',
      'ffffffffffffffff',
      '0400',
      '0800',
      Buffer.from('nearcast').toString('hex'),
      '0000',
      '0000',
      '2c000000',
    ].join(''),
  );
});

test('a frame of any length keeps its bytes, its nanoseconds and its interface', (t) => {
  const head = [sectionHeader(), interfaceDescription('a:eth1', 2000), interfaceDescription('a:eth2', 2000)];
  for (const length of [0, 1, 2, 3, 4, 59, 60, 61, 1514]) {
    const bytes = Buffer.from(Array.from({ length }, (_, index) => index & 0xff));
    const frame = enhancedPacket({ interfaceId: 1, timestampNs, course: 'unicast', bytes, originalBytes: length + 5 });
    const { packets } = readPcapng(Buffer.concat([...head, frame, frame]));
    t.is(packets.length, 2);
    t.deepEqual(packets[1], {
      interface: 'a:eth2',
      timestampNs,
      direction: 'in',
      reception: 1,
      bytes,
      originalBytes: length + 5,
    });
  }
});

test('the direction, and how a frame was received', (t) => {
  const head = Buffer.concat([sectionHeader(), interfaceDescription('a:eth1', 2000)]);
  const read = (course: FrameCourse) => {
    const frame = enhancedPacket({ interfaceId: 0, timestampNs, course, bytes: Buffer.alloc(60), originalBytes: 60 });
    const [packet] = readPcapng(Buffer.concat([head, frame])).packets;
    return [packet?.direction, packet?.reception];
  };
  t.deepEqual(read('sent'), ['out', 0]);
  t.deepEqual(read('unicast'), ['in', 1]);
  t.deepEqual(read('multicast'), ['in', 2]);
  t.deepEqual(read('broadcast'), ['in', 3]);
  t.deepEqual(read('of another'), ['in', 4]);
});

test('what was seen and what was lost stands at the end', (t) => {
  const file = Buffer.concat([
    sectionHeader(),
    interfaceDescription('a:eth1', 2000),
    interfaceStatistics(0, timestampNs, { seen: 5_000_000_000, dropped: 7 }),
  ]);
  t.deepEqual(readPcapng(file).statistics, { 'a:eth1': { seen: 5_000_000_000, dropped: 7 } });
});
