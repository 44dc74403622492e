import test from 'ava';
import { admit, isLoopback, type Caller } from '../../../src/view/gate.js';
import { insertMoments, labAt, lanesOf, movesOf, unexpectedIn, type Moment } from '../../../src/view/moments.js';
import type { Course } from '../../../src/picture/course.js';

const gate = { token: 'secret', port: 4000, address: '127.0.0.1' };
const caller: Caller = { method: 'GET', url: '/secret/stream?x=1', host: '127.0.0.1:4000', origin: undefined };
const statusOf = (change: Partial<Caller>, at = gate): number | 'in' => {
  const admission = admit({ ...caller, ...change }, at);
  return 'status' in admission ? admission.status : 'in';
};

test('who knows the token comes in by the own address', (t) => {
  t.like(admit(caller, gate), { path: 'stream' });
  for (const host of ['localhost:4000', '[::1]:4000', '127.0.0.1:4000']) t.is(statusOf({ host }), 'in', host);
  t.is(statusOf({ method: 'POST', origin: 'http://127.0.0.1:4000' }), 'in');
});

test('another name, another page, another port or another token does not', (t) => {
  for (const host of [
    'evil.example:4000',
    '127.0.0.1.evil.example:4000',
    '127.0.0.1:4001',
    '127.0.0.1',
    '10.0.0.1:4000',
  ])
    t.is(statusOf({ host }), 421, host);
  t.is(statusOf({ host: undefined }), 421);
  for (const origin of ['http://evil.example', 'null', 'https://127.0.0.1:4000', 'http://127.0.0.1:4001'])
    t.is(statusOf({ origin }), 403, origin);
  t.is(statusOf({ method: 'POST' }), 403, 'a browser would say where it comes from');
  for (const url of ['/', '/secre/', '/secrets/', '//secret/', '/%73ecret2/']) t.is(statusOf({ url }), 403, url);
});

test('on an address of the network it has that address, and no name', (t) => {
  const open = { ...gate, address: '0.0.0.0' };
  t.is(statusOf({ host: '192.168.1.5:4000' }, open), 'in');
  t.is(statusOf({ host: 'lab.example:4000' }, open), 421);
  t.deepEqual(['127.0.0.1', '127.9.9.9', '::1', 'localhost', '0.0.0.0', '::'].map(isLoopback), [
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
});

const asked = { client: 'client1', service: 'dns', address: '192.0.2.53' };
const toA: Course = { ...asked, instance: 'server-a', path: ['router1', 'server-a'] };
const toB: Course = { ...asked, instance: 'server-b', path: ['router1', 'router2', 'server-b'] };
const nobody: Course = { ...asked, instance: null, path: [] };
const answer = (atMs: number, instance: string | null): Moment => ({
  kind: 'answer',
  atMs,
  ...asked,
  sourcePort: 40_000,
  fate: instance === null ? 'silent' : 'answered',
  instance,
});
const log: Moment[] = [
  { kind: 'courses', atMs: 0, courses: [toA] },
  { kind: 'fault', atMs: 100, node: 'server-a', text: 'loses power' },
  {
    kind: 'faults',
    atMs: 100,
    faults: [{ target: 'server-a', how: 'crash', text: 'server-a loses power', nodes: ['server-a'], links: [] }],
    predicted: [toB],
  },
  answer(102, null),
  answer(115, 'server-b'),
  { kind: 'courses', atMs: 300, courses: [toB] },
];

test('the lab at any moment: who answered, what was broken, what was to be expected', (t) => {
  t.deepEqual(labAt(log, 99), { courses: [toA], faults: [], predicted: null, traffic: null });
  t.deepEqual(labAt(log, 110).courses, [nobody]);
  t.is(labAt(log, 110).faults[0]?.target, 'server-a');
  t.deepEqual(labAt(log, 120).courses, [toB], 'by the way that routing gives to it');
  t.deepEqual(labAt(log, Infinity).courses, [toB]);
  t.deepEqual(unexpectedIn(labAt(log, 110)), ['client1']);
  t.deepEqual(unexpectedIn(labAt(log, 120)), []);
  t.deepEqual(
    lanesOf(log)[0]?.spans.map(({ fromMs, instance }) => [fromMs, instance]),
    [
      [0, 'server-a'],
      [102, null],
      [115, 'server-b'],
    ],
  );
});

test('a moment that comes late is put where its time is', (t) => {
  const late: Moment[] = [];
  insertMoments(late, [log[0] ?? answer(0, null), answer(115, 'server-b')]);
  insertMoments(late, [answer(102, null)]);
  t.deepEqual(
    late.map(({ atMs }) => atMs),
    [0, 102, 115],
  );
});

test('a move is another answer to the same question', (t) => {
  t.deepEqual(movesOf([toA], [toB]), [{ ...asked, from: ['server-a'], to: ['server-b'] }]);
  t.deepEqual(movesOf([toA], [{ ...toA, path: ['router9', 'server-a'] }]), []);
  t.deepEqual(movesOf([toA], [toA, toB]), [{ ...asked, from: ['server-a'], to: ['server-a', 'server-b'] }]);
});
