import test from 'ava';
import type { Lab } from '../../../src/lab/lab.js';
import type { AnswerEvent, LabEvent } from '../../../src/protocol/events.js';
import { planLab } from '../../../src/plan/plan.js';
import { pollUntil } from '../../../src/support/poll.js';
import { topologyNamed } from '../../../src/topology/named.js';
import { Live } from '../../../src/view/live.js';
import { labAt } from '../../../src/view/moments.js';

/** Stands for a lab: what it is asked is answered at once, and events come when the test says so. */
class FakeLab {
  readonly name = 'figure3';
  readonly #events: LabEvent[] = [];
  #wake = (): void => undefined;
  asked = 0;
  /** How many times what is broken cannot be read. */
  troubles = 0;

  clock = () => Promise.resolve({ offsetMs: 0 });
  who = () => {
    this.asked++;
    return Promise.resolve([{ ...question, instance: 'server-a', path: ['router1', 'server-a'] }]);
  };
  inspect = () => (this.troubles-- > 0 ? Promise.reject(new Error('too busy')) : Promise.resolve({ faults: [] }));
  subscribe = ({ signal }: { signal: AbortSignal }) => Promise.resolve(this.#stream(signal));

  tell(...events: readonly LabEvent[]): void {
    this.#events.push(...events);
    this.#wake();
  }

  async *#stream(signal: AbortSignal): AsyncGenerator<LabEvent> {
    const ended = new Promise<void>((resolve) => {
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
    while (!signal.aborted) {
      yield* this.#events.splice(0);
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      if (this.#events.length === 0) await Promise.race([woken, ended]);
    }
  }
}

const question = { client: 'client1', service: 'service', address: '192.0.2.53' };
const lost = (atMs: number): AnswerEvent => ({
  kind: 'answer',
  atMs,
  ...question,
  sourcePort: 40_000,
  fate: 'silent',
  instance: null,
});

test('an answer that was lost is not shown for ever, nor a lab that was once too busy to be asked', async (t) => {
  const lab = new FakeLab();
  const plan = planLab(await topologyNamed('figure3'));
  await using live = await Live.start(lab as unknown as Lab, plan, () => undefined);
  const answered = () => labAt(live.moments, Infinity).courses.map(({ instance }) => instance);
  t.deepEqual(answered(), ['server-a']);
  lab.troubles = 1;
  lab.tell(lost(live.nowMs), { kind: 'repair', atMs: live.nowMs - 5000, node: 'router1', text: 'resumes' });
  const { held } = await pollUntil(
    () => answered(),
    ([first]) => first === null,
    { everyMs: 10, deadlineMs: 5000 },
  );
  t.true(held, 'the loss is shown');
  const again = await pollUntil(
    () => answered(),
    ([first]) => first === 'server-a',
    { everyMs: 20, deadlineMs: 10_000 },
  );
  t.true(again.held, 'who answers now is shown again');
});
