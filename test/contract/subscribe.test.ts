import test from 'ava';
import { openLab, type Lab, type LabError, type LabEvent, type Subscription } from '../../src/index.js';
import { bundled, contractSandbox, forEachRuntime, labFor, settled } from '../support/contract.js';

contractSandbox();

/** What a subscription tells, up to an event of a kind; to its end where none is named. */
async function heard(subscription: Subscription, last?: LabEvent['kind']): Promise<readonly LabEvent[]> {
  const seen: LabEvent[] = [];
  // By hand: leaving a `for await` closes the subscription.
  const events = subscription[Symbol.asyncIterator]();
  for (;;) {
    const { value, done } = await events.next();
    if (done === true) return seen;
    seen.push(value);
    if (value.kind === last) return seen;
  }
}

function textsOf(events: readonly LabEvent[], ...kinds: readonly LabEvent['kind'][]): readonly string[] {
  return events.flatMap((event) => ('text' in event && kinds.includes(event.kind) ? [event.text] : []));
}

/** How many events were told, those that were missed with them. */
function countOf(events: readonly LabEvent[]): number {
  return events.reduce((sum, event) => sum + (event.kind === 'dropped' ? event.count : 1), 0);
}

async function failAndRestore(lab: Lab): Promise<void> {
  await lab.fail('server-a', { ...settled, how: 'freeze' });
  await lab.restore('server-a', settled);
}

forEachRuntime((runtime) => {
  test.serial(`${runtime}: two listeners of a quiet lab hear the same fault, which a third makes`, async (t) => {
    const { lab } = await labFor(t, runtime, await bundled('figure2'));
    await using here = await openLab(lab.name);
    await using there = await openLab(lab.name);
    await using one = await here.subscribe();
    await using other = await there.subscribe();
    await failAndRestore(lab);
    const events = await heard(one, 'repair');
    t.deepEqual(await heard(other, 'repair'), events);
    t.deepEqual(textsOf(events, 'fault', 'repair'), ['fail server-a (freeze)', 'restore server-a (freeze)']);
    t.true(textsOf(events, 'daemon').some((text) => text.includes('neighbor server-a')));
    t.true(textsOf(events, 'route').length > 0);
    const answers = events.flatMap((event) => (event.kind === 'answer' && event.client === 'client1' ? [event] : []));
    const first = answers.filter(({ address }) => address === answers[0]?.address);
    // On a busy machine there are outages besides the one that is made, each with an answer at its end.
    const [before, ...after] = first.filter(({ fate }) => fate === 'answered').map(({ instance }) => instance);
    t.is(before, 'server-a');
    t.true(after.length >= 2, 'each step begins with what is so');
    t.deepEqual([...new Set(after)], ['server-b']);
    t.true(
      first.some(({ fate, instance }) => fate !== 'answered' && instance === null),
      'the outage between them',
    );
  });

  test.serial(`${runtime}: who listens slowly is told how much was missed; nobody else misses it`, async (t) => {
    const { lab } = await labFor(t, runtime, await bundled('figure2'));
    await using slow = await lab.subscribe({ limit: 3 });
    await using quick = await lab.subscribe();
    await failAndRestore(lab);
    const atLeast = await heard(quick, 'repair');
    await slow.close();
    const some = await heard(slow);
    await quick.close();
    const all = [...atLeast, ...(await heard(quick))];
    t.false(all.some(({ kind }) => kind === 'dropped'));
    t.deepEqual(some.slice(0, 3), all.slice(0, 3));
    t.deepEqual(
      some.slice(3).map(({ kind }) => kind),
      ['dropped'],
    );
    t.true(
      countOf(some) >= atLeast.length && countOf(some) <= all.length,
      `${String(countOf(some))} of ${String(all.length)}`,
    );
  });

  test.serial(`${runtime}: one listener ends, is cut off, or interrupted; the other goes on hearing`, async (t) => {
    const { lab } = await labFor(t, runtime, await bundled('figure2'));
    await using stays = await lab.subscribe();
    const abort = new AbortController();
    const interrupted = await lab.subscribe({ signal: abort.signal });
    const cutOff = await openLab(lab.name);
    const lost = heard(await cutOff.subscribe());
    const left = await lab.subscribe();
    await lab.fail('server-a', settled);
    for await (const { kind } of left) if (kind === 'fault') break;
    await heard(stays, 'fault');
    abort.abort();
    t.deepEqual(textsOf(await heard(interrupted), 'fault'), ['fail server-a (crash)']);
    cutOff.close();
    t.is((await t.throwsAsync<LabError>(lost)).code, 'AGENT_GONE');
    await lab.restore('server-a', settled);
    t.deepEqual(textsOf(await heard(stays, 'repair'), 'repair'), ['restore server-a (crash)']);
  });
});
