import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { Capture, captureWhere, recordCapture, recordCaptureToFile } from '../../../src/lab/capture.js';
import type { CaptureChunk } from '../../../src/protocol/capture.js';
import type { Agent } from '../../../src/runtime/runtime.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** An agent that hands over these parts, one at each read, and notes what it is asked. */
function agentWith(
  parts: readonly Partial<CaptureChunk>[],
  onRead: () => void = () => undefined,
): { agent: Agent; asked: string[] } {
  const waiting = [...parts];
  const asked: string[] = [];
  const empty: CaptureChunk = {
    chunk: '',
    packets: parts.length,
    dropped: 0,
    hasMore: false,
    isComplete: false,
    knownUntilMs: null,
  };
  const answers: Readonly<Record<string, () => unknown>> = {
    captureStart: () => ({ id: 4, ends: [{ node: 'a', interface: 'eth1' }], wallAheadMs: 0 }),
    captureRead: () => {
      onRead();
      return { ...empty, ...waiting.shift() };
    },
    captureStop: () => ({ ...empty, chunk: base64('.'), dropped: 3 }),
  };
  const agent = {
    call: (method: string, params: object) => {
      asked.push('discard' in params ? `${method} discard` : method);
      return Promise.resolve(answers[method]?.());
    },
  };
  return { agent: agent as unknown as Agent, asked };
}

test('what is captured: a node, or one interface of it', (t) => {
  t.deepEqual(captureWhere('router1'), { nodes: ['router1'] });
  t.deepEqual(captureWhere('router1:eth2'), { ends: [{ node: 'router1', interface: 'eth2' }] });
  for (const text of ['router1/router2', 'service@server-a', 'ospfd@router1', '', 'a b']) {
    t.throws(() => captureWhere(text), { code: 'TARGET_UNKNOWN' }, text);
  }
});

test('numbers that are none are refused before the lab is asked', async (t) => {
  const { agent, asked } = agentWith([]);
  for (const options of [
    { snapBytes: 0 },
    { snapBytes: 300_000 },
    { packets: 1.5 },
    { packets: NaN },
    { limitBytes: -1 },
  ]) {
    await t.throwsAsync(Capture.start(agent, {}, options), { code: 'USAGE' }, JSON.stringify(options));
  }
  t.deepEqual(asked, []);
});

test('a read puts all pieces together', async (t) => {
  const { agent, asked } = agentWith([
    { chunk: base64('one '), hasMore: true },
    { chunk: base64('two '), packets: 9, dropped: 1 },
  ]);
  const capture = await Capture.start(agent, {});
  t.deepEqual(capture.interfaces, ['a:eth1']);
  t.deepEqual(await capture.read(), { bytes: Buffer.from('one two '), packets: 9, dropped: 1, isComplete: false });
  t.deepEqual(asked, ['captureStart', 'captureRead', 'captureRead']);
});

test('a recording ends when all packets are there, and writes the last part too', async (t) => {
  const { agent, asked } = agentWith([{ chunk: base64('1') }, { chunk: base64('2'), isComplete: true }]);
  const written: string[] = [];
  const recorded = await recordCapture(await Capture.start(agent, {}, { packets: 2 }), (bytes) => {
    written.push(bytes.toString());
    return Promise.resolve();
  });
  t.is(written.join(''), '12.');
  t.deepEqual(recorded, { packets: 2, dropped: 3 });
  t.is(asked.at(-1), 'captureStop');
});

test('a signal ends a recording well: into a file, which is written anew', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nc-unit-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true });
  });
  const path = join(folder, 'a.pcapng');
  for (const text of ['a', 'bc']) {
    const abort = new AbortController();
    const { agent } = agentWith([{ chunk: base64(text) }], () => {
      abort.abort();
    });
    await recordCaptureToFile(await Capture.start(agent, {}), path, { signal: abort.signal });
    t.is(readFileSync(path, 'utf8'), `${text}.`);
  }
  const { agent } = agentWith([]);
  await t.throwsAsync(recordCaptureToFile(await Capture.start(agent, {}), folder), { code: 'USAGE' });
});

test('what is discarded is not handed over, and a capture ends once', async (t) => {
  const { agent, asked } = agentWith([]);
  {
    await using capture = await Capture.start(agent, {});
    await capture.discard();
  }
  const kept = await Capture.start(agent, {});
  await kept.stop();
  await kept.discard();
  t.deepEqual(asked, ['captureStart', 'captureStop discard', 'captureStart', 'captureRead', 'captureStop']);
});
