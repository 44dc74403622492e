import test from 'ava';
import { judgeRssac047, rssac047 } from '../../../src/assert/rssac047.js';
import type { Publication, PublishedInstance, ZoneAnswer } from '../../../src/protocol/publication.js';
import { rssac047Text } from '../../../src/report/rssac047-text.js';

const answersOf = (service: string, rttMs: number | null, correct = rttMs !== null): readonly ZoneAnswer[] =>
  ['192.0.2.1', '2001:db8::1'].flatMap((address) =>
    (['udp', 'tcp'] as const).flatMap((transport) =>
      ['client1', 'client2'].map((client) => ({ client, service, address, transport, rttMs, correct })),
    ),
  );
const instancesOf = (service: string, ...times: readonly (number | null)[]): readonly PublishedInstance[] =>
  times.map((afterMs, i) => ({ service, instance: `server-${String(i)}`, afterMs }));
const publication = (
  instances: readonly PublishedInstance[],
  answers: readonly ZoneAnswer[],
  cpuPressureMs = 0,
): Publication => ({
  zone: '.',
  serial: 8,
  atMs: 0,
  instances,
  answers,
  answerTimeoutMs: 2000,
  noise: { stealMs: 0, cpuPressureMs },
});
const sound = publication(
  [...instancesOf('a', 10, 30), ...instancesOf('b', 20)],
  [...answersOf('a', 5), ...answersOf('b', 7)],
);
const judged = (seen: Publication, except: readonly string[] = [], withinMs = 100) =>
  judgeRssac047(seen, { except, withinMs }).map(({ verdict, seen: why }) => why ?? verdict);

test('a service has its median latency over each transport and family, and that of its instances', (t) => {
  const [a] = rssac047(sound);
  t.like(a, { service: 'a', correctnessPercent: 100, publicationLatencyMs: 20, published: 2, instances: 2 });
  t.deepEqual(
    a?.overs.map(({ transport, family, availabilityPercent, latencyMs }) => [
      transport,
      family,
      availabilityPercent,
      latencyMs,
    ]),
    [
      ['udp', 'ipv4', 100, 5],
      ['udp', 'ipv6', 100, 5],
      ['tcp', 'ipv4', 100, 5],
      ['tcp', 'ipv6', 100, 5],
    ],
  );
  t.deepEqual(judged(sound), ['pass', 'pass', 'pass', 'pass']);
});

test('each threshold is one of its own', (t) => {
  const { instances } = sound;
  t.deepEqual(judged(publication(instances, [...answersOf('a', 300), ...answersOf('b', 7)])), [
    'pass',
    'a over udp ipv4: 300ms, a over udp ipv6: 300ms',
    'pass',
    'pass',
  ]);
  const wrong = answersOf('b', 7).map((answer, i) => ({ ...answer, correct: i !== 0 }));
  t.deepEqual(judged(publication(instances, [...answersOf('a', 5), ...wrong])), ['pass', 'pass', 'b: 87.5%', 'pass']);
  const late = [...instancesOf('a', 10, 300), ...instancesOf('b', null)];
  t.deepEqual(judged(publication(late, sound.answers))[3], 'a@server-1 after 300ms, b@server-0 does not have it');
});

test('a service that is out of service must not be available, and is judged by nothing else', (t) => {
  const out = publication(
    [...instancesOf('a', 10, 30), ...instancesOf('b', null)],
    [...answersOf('a', 5), ...answersOf('b', null)],
  );
  t.deepEqual(judged(out, ['b']), ['pass', 'pass', 'pass', 'pass']);
  t.regex(judged(out)[0] ?? '', /^b over udp ipv4: 0%, /);
  t.deepEqual(judged(out).slice(2), ['b: no answer', 'b@server-0 does not have it']);
  t.is(judged(sound, ['b'])[0], 'b is available, too');
  t.regex(rssac047Text(out), /b +0% +- +- +- +- +0 of 1/);
});

test('an instance that cannot have the serial must not have it, and its service may answer with the old one', (t) => {
  const old = answersOf('a', 5).map((answer, i) => ({ ...answer, correct: i !== 0 }));
  const seen = publication([...instancesOf('a', 10, null), ...instancesOf('b', 20)], [...old, ...answersOf('b', 7)]);
  t.deepEqual(judged(seen, ['a@server-1']), ['pass', 'pass', 'pass', 'pass']);
  t.deepEqual(judged(seen).slice(2), ['a: 87.5%', 'a@server-1 does not have it']);
  t.deepEqual(judged(sound, ['a@server-1'])[3], 'a@server-1 has it, too');
  t.deepEqual(judged(seen, ['a@server-0'])[3], 'a@server-1 does not have it, a@server-0 has it, too');
  t.regex(rssac047Text(seen), /\nwithout it: a@server-1$/);
  t.notRegex(rssac047Text(sound), /without it/);
});

test('a primary must have the serial, and has no row, because no client asks it', (t) => {
  const seen = publication([...instancesOf('a', 10), ...instancesOf('hidden', null)], answersOf('a', 5));
  t.deepEqual(
    rssac047(seen).map(({ service }) => service),
    ['a'],
  );
  t.deepEqual(judged(seen), ['pass', 'pass', 'pass', 'hidden@server-0 does not have it']);
});

test('what a busy machine may have caused is inconclusive, and what it cannot have caused fails', (t) => {
  const verdictsAt = (
    cpuPressureMs: number,
    answers: readonly ZoneAnswer[] = sound.answers,
    instances: readonly PublishedInstance[] = sound.instances,
  ) =>
    judgeRssac047(publication(instances, answers, cpuPressureMs), { except: [], withinMs: 100 }).map(
      ({ verdict }) => verdict,
    );
  const slow = [...answersOf('a', 300), ...answersOf('b', 7)];
  t.deepEqual(verdictsAt(40, slow), ['pass', 'fail', 'pass', 'pass']);
  t.deepEqual(verdictsAt(60, slow), ['pass', 'inconclusive', 'pass', 'pass']);
  const lost = [...answersOf('a', null), ...answersOf('b', 7)];
  t.is(verdictsAt(1900, lost)[0], 'fail');
  t.deepEqual(verdictsAt(2100, lost), ['inconclusive', 'pass', 'inconclusive', 'pass']);
  const late = [...instancesOf('a', 10, 130), ...instancesOf('b', 20)];
  t.is(verdictsAt(20, sound.answers, late)[3], 'fail');
  t.is(verdictsAt(40, sound.answers, late)[3], 'inconclusive');
  const wrong = answersOf('a', 5).map((answer) => ({ ...answer, correct: false }));
  t.is(verdictsAt(10_000, [...wrong, ...answersOf('b', 7)])[2], 'fail');
});
