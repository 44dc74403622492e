import { stripVTControlCharacters } from 'node:util';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import {
  catchmentsOf,
  movesBetween,
  sitesAt,
  weightsFrom,
  type AsCatchments,
} from '../../../src/internet/catchments.js';
import { generateAsGraph } from '../../../src/generate/as-graph.js';
import { asGraph, type AsGraph } from '../../../src/internet/graph.js';
import { parseAsLinks } from '../../../src/internet/parse.js';
import { propagate, routeKinds } from '../../../src/internet/propagate.js';
import { readAsGraph } from '../../../src/internet/read.js';
import { changedSites, lossesOf } from '../../../src/internet/what-if.js';
import { LabError } from '../../../src/errors.js';
import { healthy } from '../../../src/forecast/condition.js';
import { forecast } from '../../../src/forecast/forecast.js';
import {
  asCatchmentsCsv,
  asCatchmentsText,
  asChangeText,
  asLossesText,
} from '../../../src/report/predict/as-graph-text.js';
import { planLab } from '../../../src/plan/plan.js';
import { topologyOf } from '../plan/plan-of.js';
import { naiveRoutes, type NaiveLink } from './naive.js';

const graphOf = (text: string): AsGraph => asGraph(parseAsLinks(new TextEncoder().encode(text), 'graph.txt'));

/** Two carriers that peer, a regional system below each, one below both, and sites 65001, 65002 at the edge. */
const small = `# a comment
10|20|0
10|11|-1
20|21|-1|bgp
10|30|-1|mlp
20|30|-1
11|65001|-1
21|65002|-1
30|40|-1\r
`;

const sites = (...asns: readonly number[]): readonly { readonly asn: number; readonly prepend: number }[] =>
  asns.map((asn) => ({ asn, prepend: 0 }));

/** Who each system reaches: `11: 65001`, with all that are possible where routes tie. */
function reached(graph: AsGraph, catchments: AsCatchments): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...graph.asns].map((asn, index) => [
      String(asn),
      sitesAt(catchments.routes, index)
        .map((nth) => catchments.sites[nth]?.asn)
        .join(' or '),
    ]),
  );
}

test('both formats are read, with comments, sources and line ends of all kinds', (t) => {
  const graph = graphOf(small);
  t.is(graph.links, 8);
  t.deepEqual(
    [...graph.asns].sort((a, b) => a - b),
    [10, 11, 20, 21, 30, 40, 65001, 65002],
  );
  t.is(graphOf('4294967295|1|0').asns[0], 4_294_967_295);
});

test('a line that is no relationship is refused with its number; so is a file without any', (t) => {
  for (const line of [
    '1|2',
    '1|2|3',
    '1|2|-2',
    'a|2|0',
    '1|b|0',
    '1|2|00',
    '99999999999|2|0',
    '4294967296|1|0',
    '7|7|0',
    '|2|0',
    '1 2 0',
    '1|2|-',
  ]) {
    const error = t.throws(() => graphOf(`1|2|-1\n${line}\n`), { instanceOf: LabError, code: 'USAGE' }, line);
    t.is(error.message, `graph.txt:2 is no AS relationship: "${line}"`);
  }
  t.throws(() => graphOf('# nothing\n'), { message: 'graph.txt has no AS relationship' });
});

test('routes of customers win over those of peers, and these over those of providers; ties have all their sites', (t) => {
  const graph = graphOf(small);
  t.deepEqual(reached(graph, catchmentsOf(graph, sites(65001, 65002), undefined)), {
    10: '65001',
    11: '65001',
    20: '65002',
    21: '65002',
    30: '65001 or 65002',
    40: '65001 or 65002',
    65001: '65001',
    65002: '65002',
  });
  // Only over the peering.
  t.is(reached(graph, catchmentsOf(graph, sites(65001), undefined))['20'], '65001');
});

test('prepending moves what was a tie, and nothing that prefers its customer', (t) => {
  const graph = graphOf(small);
  const before = catchmentsOf(graph, sites(65001, 65002), undefined);
  const asked = changedSites(sites(65001, 65002), { add: [], lose: [], prepend: [{ asn: 65001, prepend: 3 }] });
  const after = catchmentsOf(graph, asked, undefined);
  t.is(reached(graph, after)['30'], '65002');
  t.is(reached(graph, after)['10'], '65001');
  t.deepEqual(movesBetween(before, after, undefined), { ases: 2, weight: 2, unreached: 0 });
});

test('losing each site in turn says who moves, and who has no route any more', (t) => {
  const graph = graphOf(`${small}50|60|-1\n`);
  const asked = sites(65001, 65002, 60);
  const before = catchmentsOf(graph, asked, undefined);
  t.deepEqual([before.certain, before.tied, before.unreached], [8, 2, 0]);
  t.deepEqual(
    lossesOf(graph, asked, before, undefined).map(({ lost, moves }) => [lost, moves.ases, moves.unreached]),
    [
      [60, 2, 2],
      [65001, 5, 0],
      [65002, 5, 0],
    ],
  );
});

test('weights count in place of systems, and what is wrong in them is refused', (t) => {
  const graph = graphOf(small);
  const weights = weightsFrom('# users\n11|100\n40,50\n99|7\n', graph, 'weights.txt');
  const {
    weight,
    sites: [first, second],
  } = catchmentsOf(graph, sites(65001, 65002), weights);
  t.deepEqual([weight, first?.certainWeight, first?.tiedWeight, second?.certainWeight], [150, 100, 50, 0]);
  t.throws(() => weightsFrom('11|many', graph, 'weights.txt'), { message: 'weights.txt:1 is no weight: "11|many"' });
});

test('sites that are not there, or twice, and changes that leave none, are refused', (t) => {
  const graph = graphOf(small);
  t.throws(() => catchmentsOf(graph, sites(99), undefined), { message: 'AS 99 is not in the graph' });
  const change = { add: [], lose: [], prepend: [] };
  t.throws(() => changedSites(sites(1, 1), change), { message: 'AS 1 is a site twice' });
  t.throws(() => changedSites(sites(1), { ...change, lose: [2] }), { message: 'AS 2 is none of the origins' });
  t.throws(() => changedSites(sites(1), { ...change, lose: [1] }), { message: 'no site is left' });
});

test('more sites than a word has bits are kept apart', (t) => {
  const many = Array.from({ length: 70 }, (_, nth) => 1000 + nth);
  const graph = graphOf(
    many.map((asn) => `${String(asn + 1000)}|${String(asn)}|-1\n1|${String(asn + 1000)}|-1\n`).join(''),
  );
  const catchments = catchmentsOf(graph, sites(...many), undefined);
  const by = reached(graph, catchments);
  for (const asn of many) t.is(by[String(asn + 1000)], String(asn));
  t.is(by['1']?.split(' or ').length, 70);
});

test('the tables and the CSV of a catchment', (t) => {
  const graph = graphOf(small);
  const before = catchmentsOf(graph, sites(65001, 65002), undefined);
  t.deepEqual(stripVTControlCharacters(asCatchmentsText(before, false)).split('\n'), [
    'SITE     CERTAIN  TIE  SHARE',
    'AS65001  3        2    37.5% to 62.5%',
    'AS65002  3        2    37.5% to 62.5%',
    '',
    'of 8 ASes: 6 certain, 2 tie, 0 unreached',
  ]);
  const after = catchmentsOf(graph, sites(65001), undefined);
  t.deepEqual(
    stripVTControlCharacters(asChangeText(before, after, movesBetween(before, after, undefined), false)).split('\n'),
    [
      'SITE     BEFORE          AFTER',
      'AS65001  37.5% to 62.5%  100%',
      'AS65002  37.5% to 62.5%  -',
      '',
      '5 of 8 ASes move (62.5%)',
    ],
  );
  t.deepEqual(
    stripVTControlCharacters(
      asLossesText(lossesOf(graph, sites(65001, 65002), before, undefined), before, false),
    ).split('\n')[1],
    'AS65001    62.5%  -          AS65002 +62.5%',
  );
  t.deepEqual(asCatchmentsCsv(graph, before).split('\n').slice(0, 6), [
    'asn,certainty,sites,learned_from,path_length',
    '10,certain,65001,customer,2',
    '20,certain,65002,customer,2',
    '11,certain,65001,customer,1',
    '21,certain,65002,customer,1',
    '30,tie,65001 65002,provider,3',
  ]);
});

const links = fc
  .uniqueArray(fc.tuple(fc.nat(13), fc.nat(13), fc.boolean()), {
    minLength: 4,
    maxLength: 40,
    selector: ([a, b]) => [Math.min(a, b), Math.max(a, b)].join(),
  })
  .map((all) =>
    all
      .filter(([a, b]) => a !== b)
      // Who has the lower number is the provider: nobody is its own provider's provider.
      .map(([a, b, isPeer]): NaiveLink => ({ first: Math.min(a, b), second: Math.max(a, b), isPeer })),
  )
  .filter((all) => all.length > 2);

test('any small graph has the routes of the plain algorithm', (t) => {
  fc.assert(
    fc.property(
      links,
      fc.uniqueArray(fc.tuple(fc.nat(13), fc.nat(3)), { minLength: 1, maxLength: 4, selector: ([index]) => index }),
      (all, origins) => {
        const text = all.map(
          ({ first, second, isPeer }) => `${String(first + 1)}|${String(second + 1)}|${isPeer ? '0' : '-1'}`,
        );
        const graph = graphOf(text.join('\n'));
        const asked = origins.flatMap(([number, prepend]) => {
          const index = graph.indexOf(number + 1);
          return index === undefined ? [] : [{ index, prepend }];
        });
        const routes = propagate(graph, asked);
        const indexOf = (number: number): number => graph.indexOf(number + 1) ?? -1;
        const plain = naiveRoutes(
          graph.asns.length,
          all.map(({ first, second, isPeer }) => ({ first: indexOf(first), second: indexOf(second), isPeer })),
          asked,
        );
        const found = plain.map((_, index) =>
          routes.kinds[index] === 0
            ? undefined
            : {
                kind: routeKinds[routes.kinds[index] ?? 0],
                length: routes.lengths[index],
                sites: sitesAt(routes, index),
              },
        );
        t.deepEqual(found, [...plain], text.join(' '));
      },
    ),
    { numRuns: 300 },
  );
});

test('a generated graph is the same for its seed, has as many systems and links, and degrees of a power law', (t) => {
  const wanted = { seed: 5, ases: 2000, links: 9000 };
  const text = generateAsGraph(wanted);
  t.is(generateAsGraph(wanted), text);
  t.not(generateAsGraph({ ...wanted, seed: 6 }), text);
  const graph = graphOf(text);
  t.is(graph.asns.length, 2000);
  t.is(graph.links, 9000);
  const customers = [...graph.asns]
    .map((_, index) => (graph.customers.from[index + 1] ?? 0) - (graph.customers.from[index] ?? 0))
    .sort((a, b) => b - a);
  const all = customers.reduce((sum, count) => sum + count, 0);
  t.true(
    customers.slice(0, 20).reduce((sum, count) => sum + count, 0) > all / 4,
    'one in a hundred has a quarter of all customers',
  );
  t.true(customers.filter((count) => count === 0).length > 1500, 'most have none');
  const origins = [...graph.asns].slice(-3);
  t.is(catchmentsOf(graph, sites(...origins), undefined).unreached, 0);
});

test('sixty systems of a lab have the catchments that its forecast has, which FRR is held against', (t) => {
  const topology = topologyOf(readFileSync(new URL('../../../topologies/catchments.yml', import.meta.url), 'utf8'));
  const plan = planLab(topology);
  const asnOf = new Map(topology.nodes.map(({ name, asn }) => [name, asn ?? 0]));
  const routerOf = new Map(
    topology.links.flatMap(({ ends: [a, b] }) => [
      [a.node, b.node],
      [b.node, a.node],
    ]),
  );
  const lines = topology.links.flatMap(({ ends, relation }) => {
    const [first, second] = ends.map(({ node }) => String(asnOf.get(node)));
    if (first === undefined || second === undefined || relation === undefined) return [];
    if (relation === 'peer') return [`${first}|${second}|0`];
    return [relation === 'provider-customer' ? `${first}|${second}|-1` : `${second}|${first}|-1`];
  });
  const graph = graphOf(lines.join('\n'));
  const asnAt = (host: string): number => asnOf.get(routerOf.get(host) ?? '') ?? 0;
  const instances = topology.services[0]?.instances ?? [];
  const catchments = catchmentsOf(graph, sites(...instances.map(asnAt)), undefined);
  const routing = forecast(plan, healthy, 'services');
  let certain = 0;
  for (const question of plan.questions) {
    const index = graph.indexOf(asnAt(question.client)) ?? -1;
    const possible = sitesAt(catchments.routes, index).map((nth) => instances[nth] ?? '');
    const [answer = ''] = routing.answer(question);
    t.true(possible.includes(answer), `${question.client}: ${answer}, not ${possible.join(' or ')}`);
    if (possible.length === 1) certain++;
  }
  t.is(plan.questions.length, 100);
  t.true(certain >= 50, `only ${String(certain)} are certain`);
});

const folder = mkdtempSync(join(tmpdir(), 'nearcast-as-graph-'));
test.after.always(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** `1|2|-1\n1|3|-1\n`, packed by bzip2. */
const packedByBzip2 = 'QlpoOTFBWSZTWXLXCtcAAANYgAAQAAI4AAAEIAAwwASjJ6kEpSCp4u5IpwoSDlrhWuA=';

test('gzip and bzip2 are unpacked by what is in the file, and what is damaged is refused', async (t) => {
  const text = '1|2|-1\n1|3|-1\n';
  const bzip2 = Buffer.from(packedByBzip2, 'base64');
  const gzip = gzipSync(text);
  for (const [name, bytes] of [
    ['plain', text],
    ['gz', gzip],
    ['bz2', bzip2],
  ] as const) {
    writeFileSync(join(folder, name), bytes);
    const graph = await readAsGraph(join(folder, name));
    t.deepEqual([...graph.asns], [1, 2, 3], name);
  }
  for (const [name, bytes] of [
    ['gz', gzip],
    ['bz2', bzip2],
  ] as const) {
    for (const [how, damaged] of [
      ['cut', bytes.subarray(0, bytes.length - 9)],
      ['changed', Buffer.from(bytes).fill(1, 20, 24)],
    ] as const) {
      const file = join(folder, `${how}.${name}`);
      writeFileSync(file, damaged);
      await t.throwsAsync(
        readAsGraph(file),
        { instanceOf: LabError, code: 'USAGE', message: /cannot be unpacked/ },
        file,
      );
    }
  }
  await t.throwsAsync(readAsGraph(join(folder, 'nowhere')), { code: 'USAGE', message: /cannot be read/ });
});
