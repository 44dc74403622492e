import test from 'ava';
import { nearestInstances, planLab, topologyNamed } from '../../../src/index.js';
import type { Sighting } from '../../../src/protocol/sighting.js';

const address = '192.0.2.53';
const trueRttMs: Readonly<Record<string, number>> = { service: 60, 'server-a': 60, 'server-b': 0.1, 'server-c': 90 };

/** Counts the requests that client1 sends, and adds to their round trips what a busy machine adds. */
async function nearestWhere(addedMs: (to: string, round: number) => number) {
  const plan = planLab(await topologyNamed('figure1'));
  const rounds: Record<string, number> = {};
  const [near] = await nearestInstances({
    who: () =>
      Promise.resolve([
        { client: 'client1', service: 'service', address, instance: 'server-a', cost: 1, path: [], rttMs: 60 },
      ]),
    plan: () => Promise.resolve(plan),
    observe: ({ to, clients = [] }) => {
      const target = String(to);
      rounds[target] = (rounds[target] ?? 0) + 1;
      const added = addedMs(target, rounds[target]);
      return Promise.resolve(
        clients.map((client): Sighting => ({
          kind: 'icmp',
          client,
          service: null,
          address,
          sourcePort: null,
          atMs: 0,
          fate: added === Infinity ? 'silent' : 'answered',
          instance: null,
          rttMs: added === Infinity ? null : (trueRttMs[target] ?? 0) + added,
          status: null,
          output: '',
          path: [],
          cost: null,
        })),
      );
    },
  });
  return { nearest: near?.nearest, rounds };
}

test('what a busy machine adds to round trips is asked away: two must agree', async (t) => {
  const quiet = await nearestWhere(() => 0);
  t.deepEqual(quiet.nearest, { instance: 'server-b', rttMs: 0.1, inflationMs: 59.9 });
  t.deepEqual(quiet.rounds, { service: 2, 'server-a': 2, 'server-b': 2, 'server-c': 2 });

  const busy = await nearestWhere((to, round) => (to === 'server-b' && round < 4 ? 100 / round : 0));
  t.deepEqual(busy.nearest, quiet.nearest);
  t.is(busy.rounds['server-b'], 5);
});

test('an instance that does not reply is asked twice, and a machine that is never quiet no more than eight times', async (t) => {
  const silent = await nearestWhere((to) => (to === 'server-b' ? Infinity : 0));
  t.like(silent.nearest, { instance: 'server-a', inflationMs: 0 });
  t.is(silent.rounds['server-b'], 2);
  t.is((await nearestWhere((_, round) => 1000 / round)).rounds['server-c'], 8);
});
