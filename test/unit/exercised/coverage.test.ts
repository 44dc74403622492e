import test from 'ava';
import { healthy } from '../../../src/forecast/condition.js';
import { forecast } from '../../../src/forecast/forecast.js';
import { generateNetwork, networkText } from '../../../src/generate/network.js';
import {
  planLab,
  predict,
  readTopology,
  renderLab,
  topologyError,
  topologyNamed,
  type LabPlan,
} from '../../../src/index.js';
import { coverageOf } from '../../support/exercised/coverage.js';
import { evidenceOf } from '../../support/exercised/evidence.js';
import { configuredLines } from '../../support/exercised/lines.js';

/** Two routers and a line of each kind. */
const TOPOLOGY = `
name: covered
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  aside:    {kind: router}
  server-a: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router2, aside]
  - [router2, server-a]
anycast:
  service: {addresses: [192.0.2.53], instances: [server-a]}
expect: {client1: server-a}
`;

function planOf(text: string): LabPlan {
  const reading = readTopology(text, 'covered.yml');
  if ('problems' in reading) throw topologyError(reading.problems);
  return planLab(reading.topology);
}

function evidenceIn(plan: LabPlan): ReadonlySet<string> {
  const routing = forecast(plan, healthy, 'services');
  return new Set(plan.questions.flatMap((question) => [...evidenceOf(plan, routing, question)]));
}

test('the lines on the way to an instance count, and no others', (t) => {
  const plan = planOf(TOPOLOGY);
  const known = evidenceIn(plan);
  const lines = (node: string): readonly string[] =>
    configuredLines(node, 'ospfd.conf', renderLab(plan).nodes[node]?.['ospfd.conf'] ?? '').flatMap(
      ({ text, isPartOf }) => (isPartOf.some((each) => known.has(each)) ? [text] : []),
    );
  t.deepEqual(lines('aside'), []);
  t.deepEqual(lines('router2'), [
    'interface eth1',
    'ip ospf area 0',
    'ip ospf cost 1',
    'ip ospf network point-to-point',
    'interface eth3',
    'ip ospf area 0',
    'ip ospf cost 1',
    'ip ospf network point-to-point',
    'router ospf',
    'ospf router-id 10.255.0.3',
  ]);
});

test('a silent fault that is judged exercises the timers of its link', async (t) => {
  const { scenario, ...bfd } = await topologyNamed('bfd');
  const unplayed = coverageOf({ ...bfd, scenario: [] });
  const whole = coverageOf({ ...bfd, scenario });
  t.is(whole.lines, unplayed.lines);
  t.true((unplayed.others.get('ospfd: ip ospf bfd') ?? 0) > 0);
  t.is(whole.others.get('ospfd: ip ospf bfd') ?? 0, 0);
});

for (const seed of [1, 2, 3]) {
  for (const shape of ['grid', 'ases'] as const) {
    test(`without an adjacency or session that counts, something that is predicted is another: ${shape} ${String(seed)}`, (t) => {
      const plan = planOf(networkText(generateNetwork({ seed, shape, size: 6 })));
      const before = predict(plan, healthy).predictions;
      const constructs = [...evidenceIn(plan)].filter((each) => / (?:ospf ipv\d eth|session )/.test(each));
      t.true(constructs.length > 0);
      for (const construct of constructs) {
        const changed = without(plan, construct);
        if (changed !== undefined) t.notDeepEqual(predict(changed, healthy).predictions, before, construct);
      }
    });
  }
}

/** A plan without a construct; undefined for the link of a client, which only answers take. */
function without(plan: LabPlan, construct: string): LabPlan | undefined {
  const [name, kind, which, device] = construct.split(' ');
  const node = plan.nodes.find((each) => each.name === name);
  const item = node?.interfaces.find((each) => each.name === device);
  if (kind === 'ospf' && (item === undefined || item.ospfNetwork === 'passive')) return undefined;
  return {
    ...plan,
    nodes: plan.nodes.map((each) =>
      each.name !== name
        ? each
        : kind === 'ospf'
          ? {
              ...each,
              interfaces: each.interfaces.map((one) =>
                one.name === device ? { ...one, ospfNetwork: 'none' as const } : one,
              ),
            }
          : {
              ...each,
              routing: each.routing?.bgp && {
                ...each.routing,
                bgp: {
                  ...each.routing.bgp,
                  sessions: each.routing.bgp.sessions.filter(({ neighborAddress }) => neighborAddress !== which),
                },
              },
            },
    ),
  };
}
