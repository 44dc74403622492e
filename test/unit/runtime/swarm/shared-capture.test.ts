import test from 'ava';
import {
  enhancedPacket,
  interfaceDescription,
  interfaceStatistics,
  sectionHeader,
} from '../../../../src/codec/pcapng.js';
import type { CaptureChunk, CaptureParams } from '../../../../src/protocol/capture.js';
import { Crew } from '../../../../src/runtime/swarm/conductor/crew.js';
import { SharedCapture } from '../../../../src/runtime/swarm/conductor/shared-capture.js';
import type { Agent } from '../../../../src/runtime/runtime.js';
import { readPcapng } from '../../../support/pcapng.js';
import { twoRouters as plan } from './two-routers.js';

const MS = 1_000_000n;

function packet(interfaceId: number, atMs: number, mark: number): Buffer {
  const bytes = Buffer.alloc(60, mark);
  return enhancedPacket({ interfaceId, timestampNs: BigInt(atMs) * MS, course: 'sent', bytes, originalBytes: 60 });
}

/** An agent whose clock of the day is so much ahead of its own, and whose own is that of this process. */
function machine(names: readonly string[], wallAheadMs: number, chunks: readonly (readonly Buffer[])[], until: number) {
  const asked: string[] = [];
  let read = 0;
  const chunkOf = (blocks: readonly Buffer[], knownUntilMs: number | null): CaptureChunk => ({
    chunk: Buffer.concat(blocks).toString('base64'),
    packets: 0,
    dropped: 1,
    hasMore: false,
    isComplete: false,
    knownUntilMs,
  });
  const opening = [sectionHeader(), ...names.map((name) => interfaceDescription(name, 96))];
  const call = (method: string, params: CaptureParams): unknown => {
    if (method === 'load') return { nowMs: performance.now(), stealMs: 0, cpuPressureMs: null };
    asked.push(method);
    if (method === 'captureStart') return { id: 1, ends: params.ends, wallAheadMs };
    if (method === 'captureStop')
      return chunkOf([interfaceStatistics(names.length - 1, BigInt(until) * MS, { seen: 5, dropped: 1 })], null);
    const blocks = chunks[read] ?? [];
    return chunkOf(read++ === 0 ? [...opening, ...blocks] : blocks, until);
  };
  const agent = { call: (method: string, params: CaptureParams) => Promise.resolve(call(method, params)) };
  return { agent: agent as unknown as Agent, asked };
}

async function start(more: Partial<CaptureParams> = {}) {
  // The second machine's clock of the day is an hour behind the first one's.
  const one = machine(
    ['router1:eth1', 'router1:eth2'],
    7_200_000,
    [[packet(0, 7_200_010, 1), packet(1, 7_200_030, 3)]],
    7_200_031,
  );
  const two = machine(
    ['client1:eth1', 'router2:eth1'],
    3_600_000,
    [[packet(0, 3_600_005, 0), packet(1, 3_600_020, 2)]],
    3_600_022,
  );
  const members = [
    { machine: 'one', agent: one.agent, nodes: ['router1'] },
    { machine: 'two', agent: two.agent, nodes: ['client1', 'router2'] },
  ];
  const started = await SharedCapture.start(new Crew(members, plan), { limitBytes: 1000, ...more });
  return { ...started, one, two };
}

const bytesOf = ({ chunk }: CaptureChunk): Buffer => Buffer.from(chunk, 'base64');

test('packets of two machines are one file, in the order of time, on the clock of the first', async (t) => {
  const { capture, ends } = await start();
  const names = ['client1:eth1', 'router1:eth1', 'router1:eth2', 'router2:eth1'];
  t.deepEqual(
    ends.map(({ node, interface: name }) => `${node}:${name}`),
    names,
  );
  const first = await capture.read();
  t.is(first.packets, 3, 'the second machine may still tell of something older than the fourth');
  const last = await capture.stop({});
  const file = readPcapng(Buffer.concat([bytesOf(first), bytesOf(last)]));
  t.deepEqual(
    file.interfaces.map(({ name }) => name),
    names,
  );
  t.deepEqual(
    file.packets.map((each) => [each.interface, each.bytes[0]]),
    [
      ['client1:eth1', 0],
      ['router1:eth1', 1],
      ['router2:eth1', 2],
      ['router1:eth2', 3],
    ],
  );
  for (const [index, ms] of [7_200_005, 7_200_010, 7_200_020, 7_200_030].entries()) {
    const off = (file.packets[index]?.timestampNs ?? 0n) - BigInt(ms) * MS;
    t.true(off < 5n * MS && off > -5n * MS, `packet ${String(index)}: ${String(off)} ns`);
  }
  t.deepEqual(Object.keys(file.statistics).sort(), ['router1:eth2', 'router2:eth1']);
  t.is(last.dropped, 2);
});

test('so many packets are wanted of all machines together', async (t) => {
  const { capture } = await start({ mostPackets: 2 });
  const part = await capture.read();
  t.true(part.isComplete);
  t.is(part.packets, 2);
  const { packets } = readPcapng(Buffer.concat([bytesOf(part), bytesOf(await capture.stop({}))]));
  t.deepEqual(
    packets.map((each) => each.bytes[0]),
    [0, 1],
  );
});

test('only machines that have some of it are asked, and a wrong name starts nothing', async (t) => {
  const { one, two } = await start({ nodes: ['client1'] });
  t.deepEqual([one.asked, two.asked], [[], ['captureStart']]);
  await t.throwsAsync(start({ nodes: ['client9'] }), { code: 'NODE_UNKNOWN' });
});
