import test from 'ava';
import { resolveFault } from '../../../src/fault/resolve-fault.js';
import { brokenOf } from '../../../src/picture/broken.js';
import { coloursOfCourses } from '../../../src/picture/colours.js';
import { linksUsed, type Course } from '../../../src/picture/course.js';
import { pictureText, textFormats } from '../../../src/picture/formats.js';
import { confusionIn, layOut } from '../../../src/picture/layout.js';
import { neighborsText } from '../../../src/picture/terminal/neighbors-text.js';
import { networkOfPlan, type Network } from '../../../src/picture/network.js';
import { nodeHeight, systemsOf } from '../../../src/picture/placed.js';
import type { Scene } from '../../../src/picture/scene.js';
import { terminalDrawing } from '../../../src/picture/terminal/drawing.js';
import { planLab } from '../../../src/plan/plan.js';
import { topologyNamed } from '../../../src/topology/named.js';
import { readTopology } from '../../../src/topology/read.js';
import { predictedCourses } from '../../../src/view/subject.js';
import { largeNetwork } from '../../support/a-recorded-test.js';

const planNamed = async (name: string) => planLab(await topologyNamed(name));

async function drawingOf(name: string, fail?: string): Promise<string | undefined> {
  const plan = await planNamed(name);
  const network = networkOfPlan(plan);
  const faults = fail === undefined ? [] : [resolveFault(plan, fail, undefined)];
  const courses = predictedCourses(plan, faults);
  const scene = { courses, broken: brokenOf(plan, faults) };
  return terminalDrawing(network, scene, coloursOfCourses(network, courses), { columns: 80 });
}

test('figure 1 of the article: two clients, three routers in a row, a server at each', async (t) => {
  t.is(
    await drawingOf('figure1'),
    ` ╭─────────╮                           ╭─────────╮
 │ client1 │                           │ client2 │
 ╰────┰────╯                           ╰────┰────╯
      ┃                                     ┃
 ┌────┸────┐        ┌─────────┐        ┌────┸────┐
 │ router1 ├────────┤ router2 ├────────┤ router3 │
 └────┰────┘        └────┬────┘        └────┰────┘
      ┃                  │                  ┃
┏━━━━━┻━━━━┓       ┏━━━━━┷━━━━┓       ┏━━━━━┻━━━━┓
┃ server-a ┃       ┃ server-b ┃       ┃ server-c ┃
┗━━━━━━━━━━┛       ┗━━━━━━━━━━┛       ┗━━━━━━━━━━┛`,
  );
});

test('figure 3: the server that fails is marked, and the way leads to the next one', async (t) => {
  t.is(
    await drawingOf('figure3', 'server-a'),
    ` ╭─────────╮
 │ client1 │
 ╰────┰────╯
      ┃
 ┌────┸────┐        ┌─────────┐        ┌─────────┐
 │ router1 ┝━━━━━━━━┥ router2 ├────────┤ router3 │
 └────┬────┘        └────┰────┘        └────┬────┘
      │                  ┃                  │
┏━━━━━┷━━━━┓       ┏━━━━━┻━━━━┓       ┏━━━━━┷━━━━┓
┃ server-a x       ┃ server-b ┃       ┃ server-c ┃
┗━━━━━━━━━━┛       ┗━━━━━━━━━━┛       ┗━━━━━━━━━━┛`,
  );
});

test('a drain is no failure, and an impaired link still carries packets', async (t) => {
  const plan = await planNamed('figure3');
  const network = networkOfPlan(plan);
  const faults = [
    resolveFault(plan, 'router2', 'drain'),
    resolveFault(plan, 'router1/server-a', 'impair', { impairment: { delayMs: 20, jitterMs: 5, loss: 0.05 } }),
    resolveFault(plan, 'router2/router3', 'silence'),
  ];
  const courses = predictedCourses(plan, faults);
  const colours = coloursOfCourses(network, courses);
  const scene = { courses, broken: brokenOf(plan, faults) };
  const svg = pictureText('svg', { network, scene, colours, caption: '' });
  const groups = svg.split('<g class="').map((text) => text.slice(0, text.indexOf('</g>')));
  const groupOf = (what: string): string => groups.find((text) => text.includes(what)) ?? '';
  t.regex(groupOf('data-node="router2"'), /^node router maintained"/);
  t.regex(
    groupOf('cost 1; used by packets to server-a; router1/server-a is impaired'),
    /^link changed"[^]*>20 ms ± 5 ms, 5 % lost</,
  );
  t.notRegex(groupOf('router1/server-a is impaired'), /class="cross"/);
  t.regex(groupOf('router2/router3 goes silent'), /^link broken"[^]*>silent<[^]*class="cross"/);
  t.regex(terminalDrawing(network, scene, colours, { columns: 80 }) ?? '', /router2 ~─+x─+┤ router3/);
});

test('links that go sideways do not lie on each other, and costs stand on theirs', async (t) => {
  t.is(
    await drawingOf('sinkhole', 'edge1/core'),
    `╭──────╮  ╭──────╮  ╭──────╮   ╭───────╮           ╭───────╮
│ bot3 │  │ bot2 │  │ bot1 │   │ user3 │           │ user1 │
╰───┰──╯  ╰───┰──╯  ╰───┬──╯   ╰───┰───╯           ╰───┬───╯
    ┗━━━━━━━━━╋━━━━━━━━━┿━━━━━┓   ┏┛                ┌──┘
         ┏━━━━┛         └─────╂───╂─────────────┐   │
     ┌───┸───┐             ┌──┸───┸──┐       ┌──┴───┴──┐
     │ edge2 │             │  edge3  │       │  edge1  │
     └─┬───┰─┘             └──┬───┰──┘       └──┬───┬──┘
       │   ┗━━━━━━━━━━━━━━━━━━┿━┓ ┗━┓   ┌───────┘ ┌─┘
       │          ┌───────────┘ ┃   ┃   │         │
       │          │            10  10   x         │
   ┌───┴───┐  ┌───┴───┐       ┌─┸───┸───┴─┐   ┌───┴───┐
   │ sink2 │  │ sink3 │       │   core    │   │ sink1 │
   └───────┘  └───────┘       └─────┰─────┘   └───────┘
                                    ┃
                         ┏━━━━━━━━━━┻━━━━━━━━━┓
                         ┃ victim dns guarded ┃
                         ┗━━━━━━━━━━━━━━━━━━━━┛`,
  );
});

test('what is too wide for a drawing is told in lines that fit', async (t) => {
  const network = networkOfPlan(await planNamed('catchments'));
  const colours = coloursOfCourses(network, []);
  t.is(terminalDrawing(network, { courses: [] }, colours, { columns: 80 }), undefined);
  const lines = neighborsText(network, 80).split('\n');
  t.is(lines[0], 'client 100, router 60, instance 10');
  t.deepEqual(
    lines.filter((line) => line.length > 80),
    [],
  );
  t.true(lines.some((line) => line.startsWith('na2 AS65028 ── ')));
});

/** Nodes that lie on each other. */
function coveringIn({ nodes }: ReturnType<typeof layOut>): readonly string[] {
  return nodes.flatMap((one, nth) =>
    nodes
      .slice(nth + 1)
      .filter(
        (other) =>
          Math.abs(one.at.x - other.at.x) < (one.width + other.width) / 2 &&
          Math.abs(one.at.y - other.at.y) < nodeHeight,
      )
      .map((other) => `${one.name} and ${other.name}`),
  );
}

test('nothing covers anything in a large network, few links cross, and it is no line', async (t) => {
  const network = networkOfPlan(await planNamed('catchments'));
  const placed = layOut(network);
  const { nodes, width, height } = placed;
  t.true(width < 2 * height && height < 2 * width && width < 3000, `${String(width)} x ${String(height)}`);
  t.deepEqual(coveringIn(placed), []);
  t.is(nodes.length, network.nodes.length);
  const routers = new Set(nodes.filter(({ role }) => role === 'transit').map(({ name }) => name));
  const links = placed.links.filter(({ a, b }) => routers.has(a) && routers.has(b));
  // Carriers that are all peers of each other, and systems with two providers: it has 80 links between routers.
  t.true(confusionIn({ ...placed, nodes: [], links }) <= 8, String(confusionIn({ ...placed, nodes: [], links })));
});

test('a network of 500 nodes lies apart, too', (t) => {
  const reading = readTopology(largeNetwork(), 'large.yml');
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  const placed = layOut(networkOfPlan(planLab(reading.topology)));
  t.is(placed.nodes.length, 500);
  t.deepEqual(coveringIn(placed), []);
});

test('the order of nodes in a plan, which is that of their names, changes no picture', async (t) => {
  const { nodes, links } = networkOfPlan(await planNamed('bgp-triangle'));
  t.deepEqual(layOut({ nodes: nodes.toReversed(), links }), layOut({ nodes, links }));
});

const hostile = `a"</svg><script>alert(1)</script>\`};|]){}#\\\n`;
const network: Network = {
  nodes: [
    { name: hostile, kind: 'host', role: 'client' },
    { name: 'router1', kind: 'router', role: 'transit', asn: 65001 },
    { name: 'switch1', kind: 'switch', role: 'transit' },
    { name: `${hostile}2`, kind: 'host', role: 'instance' },
  ],
  links: [
    { a: hostile, b: 'router1', cost: 1 },
    { a: 'router1', b: 'switch1', cost: 7 },
    { a: 'switch1', b: `${hostile}2`, cost: 1 },
  ],
};
const course: Course = {
  client: hostile,
  service: 'dns',
  address: '192.0.2.53',
  instance: `${hostile}2`,
  path: ['router1', `${hostile}2`],
};

test('a way through a switch is found, though the switch is no hop', (t) => {
  t.deepEqual([...linksUsed(network, [course]).keys()], [0, 1, 2]);
});

test('sites lie apart, no link passes behind a node, and a system of several routers has a frame', async (t) => {
  const triangle = layOut(networkOfPlan(await planNamed('bgp-triangle')));
  const at = (name: string) => triangle.nodes.find((node) => node.name === name)?.at ?? { x: NaN, y: NaN };
  for (const nth of ['1', '2', '3'])
    t.is(at(`client${nth}`).x, at(`router${nth}`).x, 'a client stands above its router');
  t.is(confusionIn(triangle), 0);
  t.deepEqual(systemsOf(triangle), [], 'a system of one router says its number itself');

  const routers = ['a1', 'a2', 'b1'].map((name) => ({
    name,
    kind: 'router' as const,
    role: 'transit' as const,
    asn: name.startsWith('a') ? 65001 : 65002,
  }));
  const client = { name: 'client', kind: 'host' as const, role: 'client' as const };
  const links = [
    ['a1', 'a2'],
    ['a2', 'b1'],
    ['b1', 'a1'],
    ['client', 'a1'],
  ].map(([a = '', b = '']) => ({ a, b, cost: 1 }));
  const placed = layOut({ nodes: [...routers, client], links });
  const [frame, ...others] = systemsOf(placed);
  t.is(frame?.asn, 65001);
  t.deepEqual(others, []);
  const isInside = (name: string): boolean => {
    const node = placed.nodes.find((each) => each.name === name);
    if (node === undefined || frame === undefined) return false;
    const { x, y } = node.at;
    return x > frame.x && x < frame.x + frame.width && y > frame.y && y < frame.y + frame.height;
  };
  t.deepEqual(['a1', 'a2', 'client', 'b1'].map(isInside), [true, true, true, false]);
});

test('names are text in every format', (t) => {
  const scene: Scene = {
    courses: [course],
    before: [{ ...course, instance: null, path: [] }],
    broken: {
      nodes: new Map([['router1', hostile]]),
      links: new Map([[1, hostile]]),
      maintained: new Set(),
      dead: new Set(),
      labels: new Map([[1, { text: hostile, works: true }]]),
    },
  };
  const colours = coloursOfCourses(network, scene.courses);
  const texts = new Map(
    textFormats.map((format) => [format, pictureText(format, { network, scene, colours, caption: hostile })]),
  );
  for (const format of ['svg', 'drawio'] as const) {
    t.notRegex(texts.get(format) ?? '', /<script|<\/svg><script/);
    t.true(texts.get(format)?.includes('&#60;script&#62;'));
  }
  // Every quote and backslash of a name is one of the text in DOT, and every special character is a number in Mermaid.
  t.true(texts.get('dot')?.includes(String.raw`"a\"</svg><script>alert(1)</script>`));
  t.notRegex(texts.get('mermaid') ?? '', /<script|`|"a"/);
  t.regex(texts.get('mermaid') ?? '', /n0\(\["a#34;#60;#47;svg#62;/);
  t.regex(texts.get('mermaid') ?? '', /n1 -- 7 --- n2/);
  const document = JSON.parse(texts.get('json') ?? '') as { readonly nodes: readonly { readonly name: string }[] };
  t.true(document.nodes.some(({ name }) => name === hostile));
});
