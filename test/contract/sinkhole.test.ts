import test, { type ExecutionContext } from 'ava';
import { openLab, up, type Lab, type LabState } from '../../src/index.js';
import { pollUntil } from '../../src/support/poll.js';
import { bundled, contractSandbox, forEachRuntime, ipv4, ipv6, labFor, settled } from '../support/contract.js';

contractSandbox();

/** What the inspected lab has come to, when it is as it should be. */
async function seen(t: ExecutionContext, lab: Lab, isSo: (state: LabState) => boolean): Promise<LabState> {
  const { held, last } = await pollUntil(async () => lab.inspect([]), isSo, { everyMs: 50, deadlineMs: 20_000 });
  t.true(held, JSON.stringify({ faults: last.faults, sinkholes: last.sinkholes }));
  return last;
}

const sent = ({ faults }: LabState): number => faults.find(({ how }) => how === 'flood')?.sent ?? 0;
const sunk = ({ sinkholes = [] }: LabState) => sinkholes.flatMap(({ sources }) => sources);

/** Texts of its events; what ends listening is returned as well. */
async function listening(lab: Lab) {
  const visitor = await openLab(lab.name);
  const subscription = await visitor.subscribe();
  const texts: string[] = [];
  const done = (async () => {
    for await (const event of subscription) if ('text' in event) texts.push(event.text);
  })();
  return {
    texts,
    async [Symbol.asyncDispose]() {
      await subscription.close();
      await done;
      await visitor[Symbol.asyncDispose]();
    },
  };
}

forEachRuntime((runtime) => {
  test.serial(`${runtime}: a sinkhole counts a flood by source and ingress, and holds its connections`, async (t) => {
    // client1 -- router1 -- router2: what client1 sends reaches the sinkhole by router1.
    const { lab } = await up(await bundled('figure1'), { runtime, name: `sinkhole-${runtime}` });
    t.teardown(() => lab.down());
    // The control: an instance answers, and each connection makes room for the next one.
    await lab.fail('client1', { ...settled, how: 'flood', settings: { protocol: 'tcp', packets: 500 } });
    await seen(t, lab, (state) => sent(state) > 200);
    t.is((await lab.inspect([])).sinkholes, undefined);
    await lab.restore('client1', settled);

    for (const instance of ['server-a', 'server-b', 'server-c'])
      await lab.fail(`service@${instance}`, { ...settled, how: 'withdraw' });
    await lab.fail('service@router2', { ...settled, how: 'sinkhole' });
    const quiet = await lab.inspect([]);
    t.deepEqual(
      quiet.sinkholes?.map(({ node, address }) => `${node} ${address}`),
      [`router2 ${ipv4}`, `router2 ${ipv6}`],
    );
    t.deepEqual(sunk(quiet), [], 'who only asks where it ends is no attacker');

    await lab.fail('client1', { ...settled, how: 'flood', settings: { packets: 500 } });
    const flooded = await seen(t, lab, (state) => sunk(state).length === 2 && sunk(state).every(is50));
    for (const source of sunk(flooded)) t.like(source, { node: 'client1', ingress: 'router1', connections: 0 });
    t.true(sunk(flooded).every(({ packets }) => packets <= sent(flooded)));
    t.true((flooded.faults.at(-1)?.endsInMs ?? 0) > 0, 'it has an end');
    const { floods, sinkholes, instances } = await lab.traffic();
    t.true(
      floods.every(({ node, sent: count }) => node === 'client1' && count >= sent(flooded)) && floods.length === 1,
    );
    t.deepEqual(
      sinkholes.map(({ node, address }) => `${node} ${address}`),
      [`router2 ${ipv4}`, `router2 ${ipv6}`],
    );
    t.deepEqual(instances.map(({ node }) => node).sort(), ['server-a', 'server-b', 'server-c']);
    await lab.restore('client1', settled);

    await lab.fail('client1', { ...settled, how: 'flood', settings: { protocol: 'tcp', packets: 500 } });
    const held = (state: LabState): number => sunk(state).reduce((sum, each) => sum + each.held, 0);
    const full = await seen(t, lab, (state) => held(state) === 50);
    const longest = (state: LabState): number => Math.max(...sunk(state).map(({ longestHoldMs }) => longestHoldMs));
    const later = await seen(t, lab, (state) => longest(state) > longest(full) + 500);
    t.is(held(later), 50);
    t.is(sent(later), 50, 'none has made room for another');
    await lab.restore('client1', settled);
    const over = await seen(t, lab, (state) => held(state) === 0);
    t.true(longest(over) >= longest(later), 'how long it held them is kept');

    // Connections that a router discards are a flood, too.
    await lab.restore('service@router2', settled);
    await lab.fail('service@router1', { ...settled, how: 'null-route' });
    await lab.fail('client1', { ...settled, how: 'flood', settings: { protocol: 'tcp' } });
    t.is(sent(await lab.inspect([])), 0, 'none is opened');
    await lab.restore('client1', settled);

    // A flood of a crashed node is gone with its power.
    await lab.fail('client1', { ...settled, how: 'flood' });
    await lab.fail('client1', { ...settled, how: 'crash' });
    await lab.restore('client1', { ...settled, how: 'crash' });
    t.false((await lab.inspect([])).faults.some(({ how }) => how === 'flood'));
    await t.throwsAsync(lab.fail('client1', { how: 'flood', settings: { packets: 1001 } }), {
      code: 'FAULT_UNSUPPORTED',
    });
  });

  test.serial(`${runtime}: an attack moves the addresses to the sinkhole, and its end moves them back`, async (t) => {
    const figure1 = await bundled('figure1');
    const { lab } = await labFor(t, runtime, {
      ...figure1,
      // No router is as near to an instance as to the sinkhole: ospf6d may keep the way to one that has withdrawn (0080).
      links: figure1.links.map((link) =>
        link.ends.every(({ node }) => node.startsWith('router')) ? { ...link, cost: 5 } : link,
      ),
      services: figure1.services.map((service) => ({
        ...service,
        sinkholes: { routers: ['router2'], packetsPerSecond: 200, forMs: 300 },
      })),
    });
    await using events = await listening(lab);
    const heard = (word: string): boolean => events.texts.some((text) => text.includes(word));

    // The control: less than the threshold moves nothing, however long it lasts.
    await lab.fail('client1', { ...settled, how: 'flood', settings: { packets: 60 } });
    await seen(t, lab, (state) => sent(state) > 60);
    t.deepEqual(
      (await lab.inspect([])).faults.map(({ how }) => how),
      ['flood'],
    );
    await lab.restore('client1', settled);
    t.false(heard('attack'));

    await lab.fail('client1', { ...settled, how: 'flood', settings: { packets: 600, forge: true } });
    const attacked = await seen(t, lab, (state) => sunk(state).length >= 128);
    t.deepEqual(attacked.faults.map(({ target, how, cause = 'hand' }) => `${target} ${how}, by ${cause}`).sort(), [
      'client1 flood, by hand',
      'service@router2 sinkhole, by attack',
      ...['server-a', 'server-b', 'server-c'].map((instance) => `service@${instance} withdraw, by attack`),
    ]);
    // Nobody has the source addresses: only the way in says where it comes from.
    t.true(sunk(attacked).every(({ node, ingress }) => node === null && ingress === 'router1'));
    t.deepEqual(
      attacked.sinkholes?.map(({ ingresses }) => ingresses.map(({ ingress, sources }) => [ingress, sources])),
      [[['router1', 64]], [['router1', 64]]],
    );
    // The other clients' routers may hear of it later.
    const { held, last } = await pollUntil(
      async () => lab.who(),
      (answers) => answers.every(({ instance }) => instance === 'router2'),
      { everyMs: 50, deadlineMs: 20_000 },
    );
    t.true(held, JSON.stringify(last));

    await lab.restore('client1', settled);
    await seen(
      t,
      lab,
      ({ faults, announcements }) => faults.length === 0 && announcements.every((each) => each.announced),
    );
    // Events are handed on some times a second, later than what `inspect` shows.
    for (const word of [
      'service is under attack: ',
      'more than 200: its addresses go to router2',
      'its addresses go back to server-a, server-b and server-c',
    ]) {
      const told = await pollUntil(
        () => heard(word),
        (isTold) => isTold,
        { everyMs: 20, deadlineMs: 10_000 },
      );
      t.true(told.held, `${word}\n${events.texts.join('\n')}`);
    }
    await t.throwsAsync(lab.fail('client1', { how: 'flood', settings: { protocol: 'tcp', forge: true } }), {
      code: 'FAULT_UNSUPPORTED',
    });
  });
});

function is50({ packets }: { readonly packets: number }): boolean {
  return packets >= 50;
}
