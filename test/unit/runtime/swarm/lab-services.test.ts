import test from 'ava';
import type { Engine } from '../../../../src/runtime/docker/engine.js';
import { labServices } from '../../../../src/runtime/swarm/lab-services.js';

const owner = { id: 'me on a swarm', prefix: 'nearcast' };
/** A process that has ended long ago, on another machine. */
const labelsOf = (lab: string): Readonly<Record<string, string>> => ({
  'nearcast.owner': owner.id,
  'nearcast.lab': lab,
  'nearcast.topology': 'figure2',
  'nearcast.nodes': '4',
  'nearcast.started-at': '2020-01-01T00:00:00.000Z',
  'nearcast.maker': 'elsewhere 1 1 1',
});

test('a lab is listed as long as anything of it is in the swarm', async (t) => {
  const service = (lab: string) => ({ Spec: { Labels: { ...labelsOf(lab), 'nearcast.up': 'yes' } } });
  const engine = {
    listServices: () => Promise.resolve([service('whole')]),
    listNetworks: () => Promise.resolve(['whole', 'network'].map((lab) => ({ Labels: labelsOf(lab) }))),
    listSecrets: () => Promise.resolve(['whole', 'secret'].map((lab) => ({ Spec: { Labels: labelsOf(lab) } }))),
  } as unknown as Engine;
  t.deepEqual(
    (await labServices(engine, owner)).map(({ record: { lab, phase }, hasService }) => [lab, phase, hasService]),
    [
      ['network', 'dead', false],
      ['secret', 'dead', false],
      ['whole', 'up', true],
    ],
  );
});
