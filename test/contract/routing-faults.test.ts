import test, { type ExecutionContext } from 'ava';
import { up, type Lab, type RuntimeName } from '../../src/index.js';
import type { FaultKind } from '../../src/topology/model/fault.js';
import type { FaultSettings } from '../../src/topology/model/fault-settings.js';
import { lackingWhenCalculatedAgain } from '../support/calculated-again.js';
import {
  bundled,
  contractSandbox,
  everywhere,
  forEachRuntime,
  inNode,
  ipv4,
  settled,
  whoAnswers,
} from '../support/contract.js';
import { catchments } from '../support/documents.js';

contractSandbox();

type Answers = Readonly<Record<string, string | null>>;

interface RoutingCase {
  readonly target: string;
  readonly how: FaultKind;
  readonly settings?: FaultSettings;
  readonly answers: Answers;
}

/** Faults of routing itself, in a lab of autonomous systems and in one of OSPF alone. */
const cases: Readonly<Record<string, Readonly<Record<string, RoutingCase>>>> = {
  'bgp-triangle': {
    'a drained site is avoided in its own system and in others (RFC 8326)': {
      target: 'server-a',
      how: 'drain',
      answers: { client1: 'server-b', client2: 'server-b', client3: 'server-b' },
    },
    'a drained router is avoided by who has another way': {
      target: 'router1',
      how: 'drain',
      answers: { client1: 'server-a', client2: 'server-b', client3: 'server-b' },
    },
    'a withdrawn site serves nobody': {
      target: 'service@server-a',
      how: 'withdraw',
      answers: { client1: 'server-b', client2: 'server-b', client3: 'server-b' },
    },
    'a longer AS path is avoided': {
      target: 'router1:eth2',
      how: 'prepend',
      answers: { client1: 'server-a', client2: 'server-b', client3: 'server-b' },
    },
    'a MED counts only between ways to one system': {
      target: 'router1',
      how: 'med',
      settings: { value: 500 },
      answers: { client1: 'server-a', client2: 'server-b', client3: 'server-a' },
    },
    'what is preferred less is taken last': {
      target: 'router3:eth1',
      how: 'local-pref',
      answers: { client1: 'server-a', client2: 'server-b', client3: 'server-b' },
    },
    'who hijacks is believed where it is nearer': {
      target: 'service@router3',
      how: 'hijack',
      answers: { client1: 'server-a', client2: 'server-b', client3: 'router3' },
    },
    'what is null-routed in BGP is discarded where that is nearer': {
      target: 'service@router3',
      how: 'null-route',
      answers: { client1: 'server-a', client2: 'server-b', client3: null },
    },
    'a sinkhole in BGP takes what is nearer to it': {
      target: 'service@router3',
      how: 'sinkhole',
      answers: { client1: 'server-a', client2: 'server-b', client3: 'router3' },
    },
    'a router without bgpd hears of nobody': {
      target: 'bgpd@router1',
      how: 'kill',
      answers: { client1: null, client2: 'server-b', client3: 'server-b' },
    },
    'a power cut is noticed by the carrier, inside a system': {
      target: 'server-a',
      how: 'crash',
      answers: { client1: 'server-b', client2: 'server-b', client3: 'server-b' },
    },
    'and between two': {
      target: 'router1/router3',
      how: 'down',
      answers: { client1: 'server-a', client2: 'server-b', client3: 'server-b' },
    },
    'a silent link between systems is given up when the hold time ends': {
      target: 'router1/router3',
      how: 'silence',
      answers: { client1: 'server-a', client2: 'server-b', client3: 'server-b' },
    },
    'BGP drops a frozen router, which forwards as before': {
      target: 'router1',
      how: 'freeze',
      answers: { client1: 'server-a', client2: 'server-b', client3: 'server-b' },
    },
  },
  figure1: {
    'OSPF avoids what a drained instance announces (RFC 6987)': {
      target: 'server-a',
      how: 'drain',
      answers: { client1: 'server-b', client2: 'server-c' },
    },
    'a drained router carries still what has no other way': {
      target: 'router2',
      how: 'drain',
      answers: { client1: 'server-a', client2: 'server-c' },
    },
    'an address is withdrawn from OSPF': {
      target: 'service@server-a',
      how: 'withdraw',
      answers: { client1: 'server-b', client2: 'server-c' },
    },
    'who hijacks in OSPF is believed by its neighbors': {
      target: 'service@router1',
      how: 'hijack',
      answers: { client1: 'router1', client2: 'server-c' },
    },
    'what is null-routed is discarded (RFC 5635)': {
      target: 'service@router1',
      how: 'null-route',
      answers: { client1: null, client2: 'server-c' },
    },
    'a sinkhole takes what is nearer to it': {
      target: 'service@router1',
      how: 'sinkhole',
      answers: { client1: 'router1', client2: 'server-c' },
    },
  },
};

forEachRuntime((runtime) => {
  for (const [topology, own] of Object.entries(cases)) {
    const made = new Map<RuntimeName, { lab: Lab; first: Readonly<Record<string, string>>; state: string }>();
    const the = () => {
      const one = made.get(runtime);
      if (one === undefined) throw new Error('the lab did not come up');
      return one;
    };

    test.before(`${runtime}: ${topology}, to break its routing`, async (t) => {
      const { lab, result } = await up(await bundled(topology), { runtime, name: `${topology}-${runtime}` });
      made.set(runtime, { lab, first: catchments(result.answers), state: await stateOf(t, lab) });
    });

    for (const [title, { target, how, settings, answers }] of Object.entries(own)) {
      test.serial(`${runtime}: ${topology}: ${title} (${target}, ${how}), and is restored`, async (t) => {
        const { lab, first, state } = the();
        const broken = await lab.fail(target, { ...settled, how, settings });
        t.like(broken, { action: 'fail', target, how });
        t.deepEqual(await lackingWhenCalculatedAgain(t, lab, broken), []);
        t.deepEqual(await whoAnswers(lab), everywhere(answers));
        t.like((await lab.inspect([])).faults, [{ target, how }]);
        const restored = await lab.restore(target, settled);
        t.like(restored, { action: 'restore', target, how });
        t.deepEqual(await lackingWhenCalculatedAgain(t, lab, restored), []);
        t.deepEqual(catchments(await lab.who()), first, 'the restored map is the first one');
        t.deepEqual((await lab.inspect([])).faults, []);
        t.deepEqual(
          (await lab.examine()).filter(({ healthy }) => !healthy),
          [],
          'every session and route is there',
        );
        t.is(await stateOf(t, lab), state, 'routes, addresses and what daemons are told are as before');
      });
    }
  }

  test.serial(`${runtime}: what is done to routing outlives a power cut, and a daemon's death`, async (t) => {
    const { lab, result } = await up(await bundled('bgp-triangle'), { runtime, name: `outlives-${runtime}` });
    t.teardown(() => lab.down());
    const first = catchments(result.answers);
    await lab.fail('server-a', { ...settled, how: 'drain' });
    await lab.fail('router1:eth2', { ...settled, how: 'prepend' });
    await lab.fail('server-a', { ...settled, how: 'crash' });
    t.true((await lab.restore('server-a', { ...settled, how: 'crash' })).settled);
    await lab.fail('bgpd@router1', settled);
    t.true((await lab.restore('bgpd@router1', settled)).settled);
    const limits = 'for daemon in zebra bgpd; do grep "open files" "/proc/$(cat "/run/frr/$daemon.pid")/limits"; done';
    const shown = await inNode(t, lab, 'router1', ['sh', '-c', limits]);
    t.is(shown.match(/files +1024 /g)?.length, 2, `daemons keep tables of the length of their limit: ${shown}`);
    t.deepEqual(
      await whoAnswers(lab),
      everywhere({ client1: 'server-b', client2: 'server-b', client3: 'server-b' }),
      'it is drained still',
    );
    t.true((await lab.restore('server-a', settled)).settled);
    t.deepEqual(
      await whoAnswers(lab),
      everywhere({ client1: 'server-a', client2: 'server-b', client3: 'server-b' }),
      'paths are longer still',
    );
    t.true((await lab.restore('router1:eth2', settled)).settled);
    t.deepEqual(catchments(await lab.who()), first);
    await lab.fail('router1', { ...settled, how: 'freeze' });
    await lab.fail('router1', { ...settled, how: 'drain' });
    t.true((await lab.restore('router1', { ...settled, how: 'freeze' })).settled);
    t.deepEqual(
      await whoAnswers(lab),
      everywhere({ client1: 'server-a', client2: 'server-b', client3: 'server-b' }),
      'a frozen node is drained when it is restored',
    );
    t.true((await lab.restore('router1', settled)).settled);
    t.deepEqual(catchments(await lab.who()), first);
  });

  test.serial(`${runtime}: what cannot be done to routing is refused by name`, async (t) => {
    const { lab } = await up(await bundled('figure1'), { runtime, name: `refused-${runtime}` });
    t.teardown(() => lab.down());
    for (const [target, how, settings, code, words] of [
      ['router1', 'leak', undefined, 'FAULT_UNSUPPORTED', /asn/],
      ['router1:eth1', 'prepend', undefined, 'FAULT_UNSUPPORTED', /asn/],
      ['client1', 'drain', undefined, 'FAULT_UNSUPPORTED', /routers can be drained/],
      ['service@client1', 'hijack', undefined, 'TARGET_UNKNOWN', /the routers here are/],
      ['service@router1', 'hijack', { announce: '192.0.2.0/24' }, 'FAULT_UNSUPPORTED', /leave the prefix out/],
      ['service@router1', 'hijack', { announce: '198.51.100.0/24' }, 'FAULT_UNSUPPORTED', /its addresses/],
      ['router1', 'drain', { value: 3 }, 'FAULT_UNSUPPORTED', /--how prepend/],
    ] as const) {
      const error = await t.throwsAsync(lab.fail(target, { how, settings }), { code }, `${target} ${how}`);
      t.regex((error as Error & { hint?: string }).hint ?? '', words, `${target} ${how}`);
    }
    t.deepEqual((await lab.inspect([])).faults, []);
  });
});

/** Routes, addresses and configuration of all nodes that run FRR, but for what tells the time or counts. */
async function stateOf(t: ExecutionContext, lab: Lab): Promise<string> {
  const speakers = (await lab.inspect([])).nodes.filter(({ routing }) => routing).map(({ name }) => name);
  const all = await Promise.all(
    speakers.map(async (name) => {
      const script = 'ip route; ip -6 route; ip -o address show dev lo; echo ---; vtysh -c "show running-config"';
      const [kernel = '', config = ''] = (await inNode(t, lab, name, ['sh', '-c', script])).split('---\n');
      const lines = kernel
        .replaceAll(/nhid \d+|expires \d+\S*|\d+: lo/g, '')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => !line.startsWith('fe80'));
      return [name, ...lines.sort(), config].join('\n');
    }),
  );
  t.true(all.join('\n').includes(ipv4));
  return all.join('\n');
}
