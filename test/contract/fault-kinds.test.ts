import test, { type ExecutionContext } from 'ava';
import { openLab, up, type Lab, type RuntimeName } from '../../src/index.js';
import type { FaultKind } from '../../src/topology/model/fault.js';
import type { FaultSettings } from '../../src/topology/model/fault-settings.js';
import { pollUntil } from '../../src/support/poll.js';
import {
  bundled,
  contractSandbox,
  everywhere,
  forEachRuntime,
  inNode,
  ipv4,
  ipv6,
  labFor,
  settled,
  topologyOf,
  whoAnswers,
} from '../support/contract.js';
import { catchments } from '../support/documents.js';

/** Figure 1: client1 and server-a at router1, server-b at router2, client2 and server-c at router3, in a row. */
const healthy = { client1: 'server-a', client2: 'server-c' };
contractSandbox();
const labs = new Map<RuntimeName, { lab: Lab; first: Readonly<Record<string, string>>; shapes: string }>();

interface KindCase {
  readonly target: string;
  readonly how: FaultKind;
  readonly settings?: FaultSettings;
  readonly answers: Readonly<Record<string, string | null>>;
  /** Where only one family is touched: what IPv6 has. */
  readonly answers6?: Readonly<Record<string, string | null>>;
}

/** What a fault does, and who notices: each row of the table in docs/faults.md that needs no timer. */
const cases: Readonly<Record<string, KindCase>> = {
  'a frozen host keeps its carrier, and is given up by its neighbors when they do not hear it': {
    target: 'server-a',
    how: 'freeze',
    answers: { client1: 'server-b', client2: 'server-c' },
  },
  'a frozen client asks nobody': { target: 'client1', how: 'freeze', answers: { client1: null, client2: 'server-c' } },
  'a frozen router forwards as before: clients behind it alone still get answers': {
    target: 'router1',
    how: 'freeze',
    answers: healthy,
  },
  'a hung service is noticed by who asks it': {
    target: 'service@server-a',
    how: 'hang',
    answers: { client1: 'server-b', client2: 'server-c' },
  },
  'a silent link keeps its carrier, and is given up by hello': {
    target: 'router1/server-a',
    how: 'silence',
    answers: { client1: 'server-b', client2: 'server-c' },
  },
  'a link that is silent in one direction is as good as none': {
    target: 'router1:eth3',
    how: 'silence',
    answers: { client1: 'server-b', client2: 'server-c' },
  },
  'a partition leaves each side its own': {
    target: 'router1+client1+server-a/router2+server-b',
    how: 'partition',
    answers: healthy,
  },
  'ospfd killed: IPv4 goes, IPv6 stays': {
    target: 'ospfd@server-a',
    how: 'kill',
    answers: { client1: 'server-b', client2: 'server-c' },
    answers6: healthy,
  },
  'ospf6d killed: IPv6 goes, IPv4 stays': {
    target: 'ospf6d@server-a',
    how: 'kill',
    answers: healthy,
    answers6: { client1: 'server-b', client2: 'server-c' },
  },
  'zebra killed: the kernel keeps its routes, and forwards by them': {
    target: 'zebra@router1',
    how: 'kill',
    answers: healthy,
  },
  'zebra killed, and its routes with it: the router has no way to anybody behind another': {
    target: 'zebra@router1',
    how: 'kill',
    settings: { keepRoutes: false },
    answers: { client1: null, client2: 'server-c' },
  },
  'packets are lost at random': {
    target: 'router1/client1',
    how: 'impair',
    settings: { impairment: { loss: 0.2 } },
    answers: healthy,
  },
  'packets wait, come twice and overtake each other': {
    target: 'router1/client1',
    how: 'impair',
    settings: { impairment: { delayMs: 5, jitterMs: 2, duplicate: 0.1, reorder: 0.1 } },
    answers: healthy,
  },
  'packets get through at a rate': {
    target: 'client1:eth1',
    how: 'impair',
    settings: { impairment: { rateBps: 10_000_000 } },
    answers: healthy,
  },
};

forEachRuntime((runtime) => {
  const the = () => {
    const made = labs.get(runtime);
    if (made === undefined) throw new Error('the lab did not come up');
    return made;
  };

  test.before(`${runtime}: a lab to break in every way`, async (t) => {
    const { lab, result } = await up(await bundled('figure1'), { runtime, name: `kinds-${runtime}` });
    labs.set(runtime, { lab, first: catchments(result.answers), shapes: await shapesOf(t, lab) });
  });

  test.afterEach.always(`${runtime}: a test that failed leaves no fault to the next one`, async () => {
    const { lab } = the();
    for (const { target, how } of (await lab.inspect([])).faults) await lab.restore(target, { ...settled, how });
  });

  for (const [title, { target, how, settings, answers, answers6 = answers }] of Object.entries(cases)) {
    test.serial(`${runtime}: ${title} (${target}, ${how}), and is restored`, async (t) => {
      const { lab, first, shapes } = the();
      const broken = await lab.fail(target, { ...settled, how, settings });
      t.like(broken, { action: 'fail', target, how, settled: true, pending: [] });
      const expected = { ...byFamily(ipv4, answers), ...byFamily(ipv6, answers6) };
      // One question alone may be lost on purpose.
      if (settings?.impairment?.loss === undefined) t.deepEqual(await whoAnswers(lab), expected);
      else
        t.deepEqual(
          Object.fromEntries(broken.changes.map((change) => [`${change.client} ${change.address}`, change.after])),
          expected,
        );
      const [fault] = (await lab.inspect([])).faults;
      t.like(fault, { target, how });
      const isShaped = ['silence', 'partition', 'impair'].includes(how);
      t.is(fault?.by !== undefined, isShaped, 'how it is done is told where there is a choice');
      t.is((await shapesOf(t, lab)) !== shapes, isShaped, 'it is in the kernel');
      const [killed = '', victim] = target.split('@');
      if (how === 'kill')
        t.true(
          (await lab.inspect([])).nodes.find(({ name }) => name === victim)?.endedDaemons.includes(killed),
          'the daemon has ended',
        );

      t.like(await lab.restore(target, settled), { action: 'restore', target, how, settled: true, pending: [] });
      t.deepEqual(catchments(await lab.who()), first, 'the restored map is the first one');
      t.deepEqual((await lab.inspect([])).faults, []);
      t.is(await shapesOf(t, lab), shapes, 'no qdisc, rule or interface of it is left');
      for (const daemon of ['zebra', 'ospfd', 'ospf6d']) {
        t.deepEqual(
          (await lab.inspect([])).nodes.flatMap((node) => node.endedDaemons),
          [],
          daemon,
        );
      }
    });
  }

  test.serial(`${runtime}: how long packets wait, and how many are lost, is what was asked for`, async (t) => {
    const { lab } = the();
    await lab.fail('client1/router1', { ...settled, how: 'impair', settings: { impairment: { delayMs: 20 } } });
    const [slow] = await lab.probe({ rate: 100, forMs: 1000, client: 'client1' });
    t.true((slow?.rttMs?.median ?? 0) >= 39, `both ways wait 20 ms: ${String(slow?.rttMs?.median)}`);
    t.is(slow?.lost, 0);
    await lab.restore('client1/router1', settled);
    await lab.fail('client1:eth1', { ...settled, how: 'impair', settings: { impairment: { loss: 0.3 } } });
    const series = await lab.probe({ rate: 500, forMs: 2000, client: 'client1' });
    const [sent, lost] = [
      series.reduce((sum, each) => sum + each.sent, 0),
      series.reduce((sum, each) => sum + each.lost, 0),
    ];
    // Of some 2,000 with a chance of 0.3 each: five standard deviations are 5 %.
    t.true(Math.abs(lost / sent - 0.3) < 0.06, `${String(lost)} of ${String(sent)}`);
    await lab.restore('client1:eth1', settled);
  });

  test.serial(`${runtime}: a link that flaps goes up and down until it is restored`, async (t) => {
    const { lab, first } = the();
    const flap = await lab.fail('router1/server-a', { ...settled, how: 'flap', settings: { periodMs: 600 } });
    t.true(flap.settled);
    const [series] = await lab.probe({ rate: 200, forMs: 2500, client: 'client1', service: 'service' });
    const answered = new Set(series?.runs.map(({ instance }) => instance));
    t.true(answered.has('server-a') && answered.has('server-b'), [...answered].join(', '));
    await lab.restore('router1/server-a', settled);
    t.deepEqual(catchments(await lab.who()), first);
  });

  for (const [target, how] of [
    ['router1:eth3', 'silence'],
    ['server-a', 'crash'],
  ] as const)
    test.serial(
      `${runtime}: a fault with a time of its own is listed with what is left of it, and ends by itself (${how})`,
      async (t) => {
        const { lab, first, shapes } = the();
        await lab.fail(target, { ...settled, how, settings: { forMs: 12_000 } });
        const [fault] = (await lab.inspect([])).faults;
        t.true((fault?.endsInMs ?? 0) > 0 && (fault?.endsInMs ?? 0) <= 12_000);
        const { held } = await pollUntil(
          async () => (await lab.inspect([])).faults.length,
          (count) => count === 0,
          { everyMs: 100, deadlineMs: 30_000 },
        );
        t.true(held);
        const restored = await pollUntil(
          async () => catchments(await lab.who()),
          (map) => JSON.stringify(map) === JSON.stringify(first),
          { everyMs: 100, deadlineMs: 30_000 },
        );
        t.deepEqual(restored.last, first);
        t.is(await shapesOf(t, lab), shapes);
      },
    );

  test.serial(
    `${runtime}: a fault that is bound to its maker's connection goes with it, however that ends`,
    async (t) => {
      const { lab, first, shapes } = the();
      const visitor = await openLab(lab.name);
      await visitor.fail('client2/router3', {
        ...settled,
        how: 'impair',
        settings: { impairment: { delayMs: 3 } },
        bound: true,
      });
      await visitor.fail('router1:eth2', { ...settled, how: 'silence', bound: true });
      await visitor.fail('server-a', { ...settled, how: 'crash', bound: true });
      await lab.fail('service@server-b', settled);
      visitor.close();
      const { last } = await pollUntil(
        async () => (await lab.inspect([])).faults.map(({ target }) => target),
        (targets) => targets.length === 1,
        { everyMs: 50, deadlineMs: 20_000 },
      );
      t.deepEqual(last, ['service@server-b'], 'others stay');
      await lab.restore('service@server-b', settled);
      const restored = await pollUntil(
        async () => catchments(await lab.who()),
        (map) => JSON.stringify(map) === JSON.stringify(first),
        { everyMs: 100, deadlineMs: 30_000 },
      );
      t.deepEqual(restored.last, first);
      t.is(await shapesOf(t, lab), shapes);
    },
  );

  test.serial(`${runtime}: a link may be impaired and down; which of both is restored can be said`, async (t) => {
    const { lab, first, shapes } = the();
    await lab.fail('router1/server-a', { ...settled, how: 'impair', settings: { impairment: { delayMs: 2 } } });
    await lab.fail('router1/server-a', { ...settled, how: 'down' });
    t.deepEqual(await whoAnswers(lab), everywhere({ client1: 'server-b', client2: 'server-c' }));
    const both = await t.throwsAsync(lab.restore('router1/server-a'), { code: 'FAULT_STATE' });
    t.regex((both as Error & { hint: string }).hint, /--how (?:impair|down)/);
    await lab.restore('router1/server-a', { ...settled, how: 'down' });
    t.deepEqual(await whoAnswers(lab), everywhere(healthy));
    t.like((await lab.inspect([])).faults, [{ how: 'impair' }]);
    await lab.restore('router1/server-a', settled);
    t.deepEqual(catchments(await lab.who()), first);
    t.is(await shapesOf(t, lab), shapes);
  });

  test.serial(`${runtime}: what is done to a node's links outlives its power cut, at both ends`, async (t) => {
    const { lab, first, shapes } = the();
    await lab.fail('router1/server-a', { ...settled, how: 'silence' });
    await lab.fail('server-a', settled);
    await lab.restore('server-a', settled);
    t.deepEqual(await whoAnswers(lab), everywhere({ client1: 'server-b', client2: 'server-c' }), 'it is silent still');
    await lab.restore('router1/server-a', settled);
    t.deepEqual(catchments(await lab.who()), first);
    t.is(await shapesOf(t, lab), shapes);
  });

  test.serial(
    `${runtime}: links are impaired as the file says, from the first packet on and under every fault`,
    async (t) => {
      const { lab } = await labFor(
        t,
        runtime,
        topologyOf(`
name: slow-links
nodes: {client1: {kind: host}, router1: {kind: router}, server-a: {kind: host}}
links:
  - {endpoints: [client1, router1], delay: 15ms}
  - [router1, server-a]
anycast:
  service: {addresses: [${ipv4}, "${ipv6}"], instances: [server-a]}
`),
        `slow-${runtime}`,
      );
      const rtt = async (): Promise<number> => Math.min(...(await lab.who()).map(({ rttMs }) => rttMs ?? 0));
      t.true((await rtt()) >= 29);
      await lab.fail('client1/router1', { ...settled, how: 'down' });
      await lab.restore('client1/router1', settled);
      await lab.fail('router1', settled);
      await lab.restore('router1', settled);
      t.true((await rtt()) >= 29);
    },
  );

  test.serial(`${runtime}: what cannot be is refused by name, and nothing is listed that is not there`, async (t) => {
    const { lab } = the();
    for (const [target, how, settings, code, words] of [
      ['server-a', 'silence', undefined, 'FAULT_UNSUPPORTED', /crash and freeze|crash, freeze/],
      ['router1/server-a', 'impair', undefined, 'FAULT_UNSUPPORTED', /--loss/],
      ['router1/server-a', 'down', { impairment: { loss: 0.1 } }, 'FAULT_UNSUPPORTED', /--how impair/],
      ['client1+client2/server-a', 'partition', undefined, 'TARGET_UNKNOWN', /links/],
      ['ospfd@client1', 'kill', undefined, 'TARGET_UNKNOWN', /runs no FRR/],
    ] as const) {
      const error = await t.throwsAsync(lab.fail(target, { how, settings }), { code }, target);
      t.regex((error as Error & { hint?: string }).hint ?? '', words, target);
    }
    t.deepEqual((await lab.inspect([])).faults, []);
  });
});

function byFamily(
  address: string,
  answers: Readonly<Record<string, string | null>>,
): Readonly<Record<string, string | null>> {
  return Object.fromEntries(Object.entries(answers).map(([client, instance]) => [`${client} ${address}`, instance]));
}

/**
 * Every interface and queueing discipline of the nodes that are broken here, but for the numbers that the kernel gives
 * namespaces.
 */
async function shapesOf(t: ExecutionContext, lab: Lab): Promise<string> {
  const shapes = [];
  for (const node of ['client1', 'router1', 'router2', 'server-a']) {
    if ((await lab.inspect([])).nodes.find(({ name }) => name === node)?.state === 'crashed') continue;
    shapes.push(
      node,
      await inNode(t, lab, node, ['tc', 'qdisc']),
      (await inNode(t, lab, node, ['ip', '-o', 'link'])).replaceAll(
        /(?:state|mode|qlen|link-netnsid) \S+|<[^>]*>/g,
        '',
      ),
    );
    shapes.push(await rulesOf(lab, node));
  }
  return shapes.join('\n');
}

/** Rules are seen where there is a program to see them with; containers have none, and need none. */
async function rulesOf(lab: Lab, node: string): Promise<string> {
  if (lab.record.runtime !== 'netns')
    return (await lab.inspect([])).faults.map((fault) => fault.by?.join(' ') ?? '').join(' ');
  const { exitCode, stdout, stderr } = await lab.exec(node, ['nft', 'list', 'ruleset']);
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}
