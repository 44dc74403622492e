import test from 'ava';
import type { Traffic } from '../../../src/protocol/traffic.js';
import { planLab } from '../../../src/plan/plan.js';
import { topologyNamed } from '../../../src/topology/named.js';
import { checksOf, ratesOf } from '../../../src/view/traffic.js';

const reading = (atMs: number, requests: number, sent: number): Traffic => ({
  atMs,
  instances: [{ node: 'victim', requests }],
  choices: [
    { router: 'router1', service: 'by-load', address: '192.0.2.57', by: 'load', among: ['a', 'b'], weights: [3, 1] },
  ],
  sinkholes: [
    {
      node: 'sink1',
      service: 'dns',
      address: '192.0.2.53',
      sources: [],
      ingresses: [
        { ingress: 'edge1', packets: 900, connections: 20, perSecond: 300, held: 4, longestHoldMs: 900, sources: 64 },
        { ingress: 'edge2', packets: 10, connections: 0, perSecond: 7, held: 0, longestHoldMs: 0, sources: 1 },
      ],
    },
  ],
  floods: [{ node: 'bot1', sent }],
});

test('rates are what came between two readings, and what a view asks itself is none', (t) => {
  const rates = ratesOf(reading(1000, 100, 50), reading(3000, 1100, 450));
  t.deepEqual(rates.instances, { victim: 500 });
  t.deepEqual(rates.floods, { bot1: 200 });
  t.is(rates.sinkholes[0]?.perSecond, 307);
  t.deepEqual(rates.sinkholes[0]?.ingresses[0], { node: 'edge1', perSecond: 300, sunk: 920, held: 4, sources: 64 });
  t.deepEqual(rates.choices[0]?.weights, [3, 1]);
  t.deepEqual(ratesOf(reading(1000, 100, 50), reading(2000, 103, 50)).instances, { victim: 0 }, 'the view alone');
  t.deepEqual(ratesOf(reading(1000, 100, 50), reading(2000, 7, 50)).instances, { victim: 0 }, 'it began anew');
  t.deepEqual(ratesOf(undefined, reading(2000, 1000, 50)).instances, { victim: 0 });
});

test('what the lab asks its own instances, to see whether they serve, is no traffic', async (t) => {
  const plan = planLab(await topologyNamed('figure3'));
  t.deepEqual(
    [...checksOf(plan)],
    [
      ['server-a', 20],
      ['server-b', 20],
      ['server-c', 20],
    ],
  );
  const rates = (requests: number) =>
    ratesOf(reading(1000, 100, 50), reading(2000, 100 + requests, 50), new Map([['victim', 20]])).instances;
  t.deepEqual(rates(32), { victim: 0 }, 'checks, and the view');
  t.deepEqual(rates(520), { victim: 500 });
});
