import test, { type ExecutionContext } from 'ava';
import { up, type Lab, type RuntimeName } from '../../src/index.js';
import {
  bundled,
  contractSandbox,
  everywhere,
  forEachRuntime,
  inNode,
  ipv4,
  ipv6,
  settled,
  whoAnswers,
} from '../support/contract.js';
import { catchments } from '../support/documents.js';

/** Figure 1: client1 and server-a at router1, server-b at router2, client2 and server-c at router3, in a row. */
const healthy = { client1: 'server-a', client2: 'server-c' };
contractSandbox();
const labs = new Map<RuntimeName, { lab: Lab; first: Readonly<Record<string, string>> }>();

interface FaultCase {
  readonly target: string;
  readonly how: 'crash' | 'down' | 'stop';
  /** Written in another way that names the same thing. */
  readonly restoreAs?: string;
  readonly answers: Readonly<Record<string, string | null>>;
}

const cases: Readonly<Record<string, FaultCase>> = {
  'a host loses power': { target: 'server-a', how: 'crash', answers: { client1: 'server-b', client2: 'server-c' } },
  'a client loses power': { target: 'client2', how: 'crash', answers: { client1: 'server-a', client2: null } },
  'a router loses power that a client hangs on': {
    target: 'router1',
    how: 'crash',
    answers: { client1: null, client2: 'server-c' },
  },
  'a router loses power that nobody needs': { target: 'router2', how: 'crash', answers: healthy },
  'a link goes down, by its nodes': {
    target: 'router1/server-a',
    how: 'down',
    answers: { client1: 'server-b', client2: 'server-c' },
  },
  'a link goes down, by its nodes the other way round': {
    target: 'server-c/router3',
    how: 'down',
    restoreAs: 'router3:eth3',
    answers: { client1: 'server-a', client2: 'server-b' },
  },
  'one end of a link goes down': {
    target: 'router1:eth3',
    how: 'down',
    restoreAs: 'server-a/router1',
    answers: { client1: 'server-b', client2: 'server-c' },
  },
  'one end of a link that nobody needs': { target: 'router1:eth2', how: 'down', answers: healthy },
  "a client's own end of its link": {
    target: 'client1:eth1',
    how: 'down',
    answers: { client1: null, client2: 'server-c' },
  },
  'a service stops': { target: 'service@server-a', how: 'stop', answers: { client1: 'server-b', client2: 'server-c' } },
};

forEachRuntime((runtime) => {
  const the = (): { lab: Lab; first: Readonly<Record<string, string>> } => {
    const made = labs.get(runtime);
    if (made === undefined) throw new Error('the lab did not come up');
    return made;
  };

  test.before(`${runtime}: a lab to break`, async () => {
    const { lab, result } = await up(await bundled('figure1'), { runtime, name: `faults-${runtime}` });
    labs.set(runtime, { lab, first: catchments(result.answers) });
  });

  test.afterEach.always(`${runtime}: a test that failed leaves no fault to the next one`, async () => {
    const { lab } = the();
    for (const { target } of (await lab.inspect([])).faults) await lab.restore(target, settled);
  });

  for (const [title, { target, how, restoreAs = target, answers }] of Object.entries(cases)) {
    test.serial(`${runtime}: ${title} (${target}), and is restored`, async (t) => {
      const { lab, first } = the();
      t.deepEqual(await whoAnswers(lab), everywhere(healthy));
      const broken = await lab.fail(target, settled);
      t.like(broken, { action: 'fail', target, how, settled: true, pending: [] });
      t.deepEqual(seen(broken.changes, 'before'), everywhere(healthy));
      t.deepEqual(seen(broken.changes, 'after'), everywhere(answers));
      t.deepEqual(await whoAnswers(lab), everywhere(answers));
      t.deepEqual((await lab.inspect([])).faults, [{ target, how }]);
      for (const change of broken.changes) {
        t.is(
          change.outageMs === null,
          change.after === null,
          `${change.client}: an outage that ended is one that can be told`,
        );
        t.is(change.switchMs !== null, change.after !== null && change.after !== change.before, change.client);
      }

      const restored = await lab.restore(restoreAs, settled);
      t.like(restored, { action: 'restore', target: restoreAs, how, settled: true, pending: [] });
      t.deepEqual(seen(restored.changes, 'before'), everywhere(answers));
      t.deepEqual(seen(restored.changes, 'after'), everywhere(healthy));
      t.deepEqual(catchments(await lab.who()), first, 'the restored map is the first one');
      t.deepEqual((await lab.inspect([])).faults, []);
    });
  }

  test.serial(`${runtime}: what a crash takes away is told by inspect, and nothing runs in the node`, async (t) => {
    const { lab } = the();
    await lab.fail('server-a', settled);
    const { nodes, routes, announcements } = await lab.inspect(['router1']);
    const crashed = nodes.find(({ name }) => name === 'server-a');
    t.is(crashed?.state, 'crashed');
    t.is(crashed?.processes, 0);
    t.true(crashed?.interfaces.every((each) => !each.up));
    t.deepEqual(
      announcements.find(({ instance }) => instance === 'server-a'),
      {
        service: 'service',
        instance: 'server-a',
        serving: false,
        announced: false,
      },
    );
    for (const { address, alternatives, installed } of routes) {
      t.deepEqual(
        alternatives,
        [
          { instance: 'server-b', cost: 2 },
          { instance: 'server-c', cost: 3 },
        ],
        address,
      );
      t.deepEqual(
        installed.map(({ node }) => node),
        ['router2'],
        address,
      );
    }
    const entering = await t.throwsAsync(lab.exec('server-a', ['true']), { code: 'FAULT_STATE' });
    t.regex((entering as Error & { hint: string }).hint, /restore server-a/);
    await lab.restore('server-a', settled);
    t.is((await lab.inspect([])).nodes.find(({ name }) => name === 'server-a')?.state, 'up');
    t.regex(await inNode(t, lab, 'server-a', ['vtysh', '-c', 'show ip ospf neighbor']), /Full/);
  });

  test.serial(`${runtime}: a stopped service leaves its host running, and its address is withdrawn`, async (t) => {
    const { lab } = the();
    const loopback = ['ip', '-o', 'address', 'show', 'dev', 'lo'];
    for (const address of [ipv4, ipv6]) t.true((await inNode(t, lab, 'server-a', loopback)).includes(`${address}/`));
    await lab.fail('service@server-a', settled);
    for (const address of [ipv4, ipv6]) t.false((await inNode(t, lab, 'server-a', loopback)).includes(`${address}/`));
    t.like(
      (await lab.inspect([])).announcements.find(({ instance }) => instance === 'server-a'),
      { serving: false, announced: false },
    );
    await lab.restore('service@server-a', settled);
    t.like(
      (await lab.inspect([])).announcements.find(({ instance }) => instance === 'server-a'),
      { serving: true, announced: true },
    );
    for (const address of [ipv4, ipv6]) t.true((await inNode(t, lab, 'server-a', loopback)).includes(`${address}/`));
  });

  test.serial(`${runtime}: several faults at once; each repair restores only its own`, async (t) => {
    const { lab, first } = the();
    await lab.fail('router1:eth2', settled);
    await lab.fail('server-a', settled);
    t.deepEqual(await whoAnswers(lab), everywhere({ client1: null, client2: 'server-c' }));
    await lab.fail('router1/server-a', settled);
    await lab.fail('service@server-a', settled);
    t.is((await lab.inspect([])).faults.length, 4);

    await lab.restore('router1/router2', settled);
    t.deepEqual(await whoAnswers(lab), everywhere({ client1: 'server-b', client2: 'server-c' }));
    await lab.restore('server-a', settled);
    t.deepEqual(
      await whoAnswers(lab),
      everywhere({ client1: 'server-b', client2: 'server-c' }),
      'its link is down still',
    );
    await lab.restore('server-a:eth1', settled);
    t.deepEqual(
      await whoAnswers(lab),
      everywhere({ client1: 'server-b', client2: 'server-c' }),
      'its service is stopped still',
    );
    await lab.restore('service@server-a', settled);
    t.deepEqual(catchments(await lab.who()), first);
    t.deepEqual((await lab.inspect([])).faults, []);
  });

  test.serial(
    `${runtime}: several faults at the same moment are one step; where one is refused, none is left`,
    async (t) => {
      const { lab } = the();
      const both = await lab.together(
        [
          { action: 'fail', target: 'server-a', how: 'crash' },
          { action: 'fail', target: 'service@server-c', how: 'stop' },
        ],
        settled,
      );
      t.like(both, { action: 'together', target: 'fail server-a, fail service@server-c', settled: true });
      t.deepEqual(await whoAnswers(lab), everywhere({ client1: 'server-b', client2: 'server-b' }));
      t.deepEqual((await lab.inspect([])).faults.map(({ target }) => target).sort(), ['server-a', 'service@server-c']);
      await lab.together(
        [
          { action: 'restore', target: 'server-a', how: undefined },
          { action: 'restore', target: 'service@server-c', how: undefined },
        ],
        settled,
      );
      t.deepEqual(await whoAnswers(lab), everywhere(healthy));
      const twice = [
        { action: 'fail', target: 'router1/router2', how: 'down' },
        { action: 'fail', target: 'router2/router1', how: 'down' },
      ] as const;
      await t.throwsAsync(lab.together(twice, settled), { code: 'FAULT_STATE' });
      t.deepEqual((await lab.inspect([])).faults, []);
      t.deepEqual(await whoAnswers(lab), everywhere(healthy));
    },
  );

  test.serial(`${runtime}: all instances fail one after the other until nobody answers, and come back`, async (t) => {
    const { lab, first } = the();
    for (const [target, client1, client2] of [
      ['server-a', 'server-b', 'server-c'],
      ['server-c', 'server-b', 'server-b'],
      ['server-b', null, null],
    ] as const) {
      await lab.fail(target, settled);
      t.deepEqual(await whoAnswers(lab), everywhere({ client1, client2 }), `after ${target}`);
    }
    await lab.restore('server-c', settled);
    t.deepEqual(await whoAnswers(lab), everywhere({ client1: 'server-c', client2: 'server-c' }));
    await lab.restore('server-a', settled);
    await lab.restore('server-b', settled);
    t.deepEqual(catchments(await lab.who()), first);
  });

  test.serial(`${runtime}: a fault that cannot be is refused, and changes nothing`, async (t) => {
    const { lab, first } = the();
    const refusals = [
      ['sever-a', undefined, 'TARGET_UNKNOWN', /did you mean "server-a"/],
      ['router1/server-c', undefined, 'TARGET_UNKNOWN', /router1 is linked to: .*server-a/],
      ['router1:eth9', undefined, 'TARGET_UNKNOWN', /eth/],
      ['servise@server-a', undefined, 'TARGET_UNKNOWN', /did you mean "service"/],
      ['service@router1', undefined, 'TARGET_UNKNOWN', /server-a, server-b, server-c/],
      ['router1 server-a', undefined, 'TARGET_UNKNOWN', /router1\/server-a/],
      ['server-a', 'down', 'FAULT_UNSUPPORTED', /crash/],
      ['router1/server-a', 'crash', 'FAULT_UNSUPPORTED', /down/],
    ] as const;
    for (const [target, how, code, hint] of refusals) await refused(t, lab.fail(target, { how }), code, hint, target);
    await refused(t, lab.restore('server-a'), 'FAULT_STATE', /nothing in this lab has failed/, 'not failed');

    await lab.fail('router2:eth3', settled);
    await refused(t, lab.fail('server-b/router2'), 'FAULT_STATE', /restore router2:eth3/, 'failed already');
    await refused(t, lab.restore('server-a'), 'FAULT_STATE', /router2:eth3/, 'another one failed');
    await lab.restore('router2/server-b', settled);
    t.deepEqual(catchments(await lab.who()), first);
  });
});

function seen(
  changes: readonly { client: string; address: string; before: string | null; after: string | null }[],
  when: 'before' | 'after',
) {
  return Object.fromEntries(changes.map((change) => [`${change.client} ${change.address}`, change[when]]));
}

async function refused(
  t: ExecutionContext,
  refusal: Promise<unknown>,
  code: string,
  hint: RegExp,
  what: string,
): Promise<void> {
  const error = await t.throwsAsync(refusal, { code }, what);
  t.regex((error as Error & { hint?: string }).hint ?? '', hint, what);
}
