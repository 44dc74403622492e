import test from 'ava';
import { generateNetwork, networkShapes, networkText } from '../../../src/generate/network.js';
import { conditionAfter } from '../../../src/predict/changes.js';
import { predict } from '../../../src/predict/prediction.js';
import { isValid } from '../../support/held-against.js';
import { shrink, smaller } from '../../support/shrink.js';
import { planOf } from '../plan/plan-of.js';

const seeds = Array.from({ length: 30 }, (_, seed) => seed);

for (const shape of networkShapes) {
  test(`${shape}: every seed gives a valid topology, the same each time, whose failures can be predicted`, (t) => {
    const certainties = new Set<string>();
    for (const seed of seeds) {
      const network = generateNetwork({ seed, shape, size: 3 + (seed % 7) });
      const text = networkText(network);
      t.is(networkText(generateNetwork({ seed, shape, size: 3 + (seed % 7) })), text);
      const plan = planOf(text);
      for (const { target, how } of network.failures) {
        const { predictions } = predict(plan, conditionAfter(plan, [{ action: 'fail', target, how }]));
        for (const { certainty } of predictions) certainties.add(certainty);
      }
      for (const { certainty } of predict(plan, conditionAfter(plan, [])).predictions) certainties.add(certainty);
    }
    t.true(certainties.has('certain') && certainties.has('unreached'), [...certainties].join());
    if (shape !== 'tree') t.true(certainties.has('tie'), [...certainties].join());
  });
}

test('seeds differ in families, in who announces, in costs and in policies', (t) => {
  const texts = seeds.map((seed) => networkText(generateNetwork({ seed, shape: 'ases', size: 5 })));
  for (const part of [
    'announce: router',
    'addresses: ["192.0.2.53"]',
    'addresses: ["2001:db8:53::53"]',
    '"192.0.2.53", "2001',
    'relation: provider-customer',
    'relation: peer',
    'prepend: 2',
    'med: 30',
    'NO_EXPORT',
    'GRACEFUL_SHUTDOWN',
    'cost: ',
    'multipath: any-as',
  ])
    t.true(
      texts.some((text) => text.includes(part)),
      part,
    );
});

test('a network is shrunk to what still shows it, and stays a topology', async (t) => {
  const network = generateNetwork({ seed: 4, shape: 'grid', size: 9 });
  const [first] = network.clients;
  const shows = (each: typeof network): Promise<boolean> =>
    Promise.resolve(isValid(each) && each.clients.some(({ name }) => name === first?.name));
  const smallest = await shrink(network, shows, 1000);
  t.deepEqual(
    [
      smallest.routers.length,
      smallest.clients.length,
      smallest.instances.length,
      smallest.links.length,
      smallest.failures.length,
      smallest.addresses.length,
    ],
    [1, 1, 1, 0, 0, 1],
    networkText(smallest),
  );
  t.true(isValid(smallest));
  t.true(smaller(smallest).every((each) => !isValid(each)));
  t.deepEqual(await shrink(network, shows, 0), network);
});
