import test, { type ExecutionContext } from 'ava';
import { openLab, type Lab } from '../../src/index.js';
import { pollUntil } from '../../src/support/poll.js';
import { bundled, contractSandbox, forEachRuntime, inNode, labFor, settled } from '../support/contract.js';
import { asksForIdentity, readPcapng, type ReadCapture } from '../support/pcapng.js';

contractSandbox();

/** How many packet sockets there are in a node, as its own kernel tables have it. */
async function packetSockets(t: ExecutionContext, lab: Lab, node: string): Promise<number> {
  return (await inNode(t, lab, node, ['cat', '/proc/net/packet'])).split('\n').length - 1;
}

function isInOrder({ packets }: ReadCapture): boolean {
  return packets.every(
    ({ timestampNs }, index) => index === 0 || (packets[index - 1]?.timestampNs ?? 0n) <= timestampNs,
  );
}

/** Where a capture saw questions or answers of a client: `client1:eth1 out`. */
function seenAt({ packets }: ReadCapture, instance?: string): readonly string[] {
  const identity = packets.filter(
    (packet) => asksForIdentity(packet) && (instance === undefined || packet.bytes.includes(`\u0008${instance}`)),
  );
  return [...new Set(identity.map((packet) => `${packet.interface} ${packet.direction}`))].sort();
}

forEachRuntime((runtime) => {
  test.serial(
    `${runtime}: a capture of all nodes has each question and each answer on its whole way, on one clock`,
    async (t) => {
      const { lab } = await labFor(t, runtime, await bundled('figure2'));
      const before = BigInt(Date.now()) * 1_000_000n;
      const capture = await lab.startCapture('all');
      await lab.who();
      const { bytes, packets, dropped } = await capture.stop();
      const file = readPcapng(bytes);
      t.deepEqual([file.packets.length, dropped], [packets, 0]);
      t.is(file.application, 'nearcast');
      const interfaces = (await lab.inspect([])).nodes.flatMap((node) =>
        node.interfaces.map((item) => `${node.name}:${item.name}`),
      );
      t.deepEqual(
        file.interfaces.map(({ name }) => name),
        interfaces,
      );
      t.deepEqual(capture.interfaces, interfaces);
      t.true(file.interfaces.every(({ linkType, resolution }) => linkType === 1 && resolution === 9));
      t.true(isInOrder(file));
      const span = [file.packets[0]?.timestampNs ?? 0n, file.packets.at(-1)?.timestampNs ?? 0n] as const;
      t.true(span[0] > before && span[1] < BigInt(Date.now() + 1) * 1_000_000n, 'CLOCK_REALTIME');
      t.true(file.packets.every((packet) => packet.bytes.length === packet.originalBytes));
      for (const seen of ['client1:eth1 out', 'router1:eth1 in', 'router1:eth3 out', 'server-a:eth1 in'])
        t.true(seenAt(file).includes(seen), seen);
      for (const seen of ['server-a:eth1 out', 'router1:eth3 in', 'router1:eth1 out', 'client1:eth1 in'])
        t.true(seenAt(file, 'server-a').includes(seen), seen);
      t.deepEqual(Object.keys(file.statistics), interfaces);
      for (const [name, { seen }] of Object.entries(file.statistics)) {
        const kept = file.packets.filter((packet) => packet.interface === name).length;
        t.true(kept <= seen, `${name}: ${String(kept)} of the ${String(seen)} that the kernel counted`);
      }
    },
  );

  test.serial(`${runtime}: a node that loses its power and gets it again goes on being captured`, async (t) => {
    const { lab } = await labFor(t, runtime, await bundled('figure2'));
    await using capture = await lab.capture('server-a:eth1');
    await lab.fail('server-a', settled);
    const { bytes: first } = await capture.read();
    await lab.restore('server-a', settled);
    await lab.who();
    const { bytes: second, packets } = await capture.stop();
    const file = readPcapng(Buffer.concat([first, second]));
    t.is(file.packets.length, packets);
    const restored = file.packets.slice(readPcapng(first).packets.length);
    // What comes in as well may be an error of the router about an answer that it had no way for yet.
    t.true(seenAt({ ...file, packets: restored }, 'server-a').includes('server-a:eth1 out'));
  });

  test.serial(`${runtime}: what is lost on a link is seen to leave, when it leaves, and not to arrive`, async (t) => {
    const { lab } = await labFor(t, runtime, await bundled('figure2'));
    for (const [how, settings, arrives] of [
      ['silence', undefined, false],
      ['impair', { impairment: { loss: 1 } }, false],
      ['impair', { impairment: { delayMs: 30 } }, true],
    ] as const) {
      await lab.fail('client1:eth1', { ...settled, how, settings });
      const capture = await lab.startCapture(['client1', 'router1']);
      await lab.who();
      const questions = readPcapng((await capture.stop()).bytes)
        .packets.filter(asksForIdentity)
        .filter(({ interface: name }) => name.endsWith(':eth1'));
      const [left] = questions;
      t.like(left, { interface: 'client1:eth1', direction: 'out' }, how);
      const arrived = questions.find((packet) => packet.interface === 'router1:eth1' && packet.direction === 'in');
      t.is(arrived !== undefined, arrives, how);
      if (arrived !== undefined && left !== undefined)
        t.true(arrived.timestampNs - left.timestampNs > 25_000_000n, 'it is late to arrive, not to leave');
      const times = questions
        .filter((packet) => packet.direction === 'out' && packet.interface === 'client1:eth1')
        .map(({ bytes }) => bytes.toString('hex'));
      t.is(new Set(times).size, times.length, 'none is seen to leave twice');
      await lab.restore('client1:eth1', settled);
    }
  });

  test.serial(`${runtime}: what has no room is dropped and counted, and the file is whole`, async (t) => {
    const { lab } = await labFor(t, runtime, await bundled('figure2'));
    const capture = await lab.capture('client1', { limitBytes: 2000, snapBytes: 64 });
    await lab.who();
    const { bytes, packets, dropped } = await capture.stop();
    const file = readPcapng(bytes);
    // What was read makes room: how many packets there are in all is not for the limit to say.
    t.true(packets > 0 && dropped > 0, `${String(packets)} packets, ${String(dropped)} dropped`);
    t.is(file.packets.length, packets);
    t.true(file.packets.every((packet) => packet.bytes.length === Math.min(64, packet.originalBytes)));
    t.is(file.statistics['client1:eth1']?.dropped, dropped);

    const three = await lab.capture('client1', { packets: 3 });
    await lab.who();
    const { last } = await pollUntil(
      () => three.read(),
      ({ isComplete }) => isComplete,
      { everyMs: 20, deadlineMs: 10_000 },
    );
    t.like(last, { packets: 3, dropped: 0, isComplete: true });
    await lab.who();
    t.is((await three.stop()).packets, 3);
  });

  test.serial(`${runtime}: a capture ends with its connection, and what is not there is refused`, async (t) => {
    const { lab } = await labFor(t, runtime, await bundled('figure2'));
    const before = await packetSockets(t, lab, 'client1');
    const visitor = await openLab(lab.name);
    await visitor.capture('client1');
    t.is(await packetSockets(t, lab, 'client1'), before + 1);
    const refused = await t.throwsAsync(lab.capture('cleint1'), { code: 'NODE_UNKNOWN' });
    t.is((refused as Error & { hint?: string }).hint, 'did you mean "client1"?');
    await t.throwsAsync(lab.capture('client1:eth7'), { code: 'TARGET_UNKNOWN' });
    await t.throwsAsync(lab.startCapture(['client1', 'nobody']), { code: 'NODE_UNKNOWN' });
    t.is(await packetSockets(t, lab, 'client1'), before + 1);
    visitor.close();
    const { last } = await pollUntil(
      () => packetSockets(t, lab, 'client1'),
      (count) => count === before,
      { everyMs: 50, deadlineMs: 20_000 },
    );
    t.is(last, before);

    await (await lab.startCapture(['client1'])).discard();
    t.is(await packetSockets(t, lab, 'client1'), before);
  });
});
