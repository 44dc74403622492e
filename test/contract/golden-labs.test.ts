import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { Lab } from '../../src/index.js';
import { healthy } from '../../src/forecast/condition.js';
import { forecast } from '../../src/forecast/forecast.js';
import { conditionOf } from '../../src/fault/active-fault.js';
import { resolveFault } from '../../src/fault/resolve-fault.js';
import type { Condition } from '../../src/forecast/condition.js';
import type { LabPlan } from '../../src/plan/model.js';
import { pollUntil } from '../../src/support/poll.js';
import { lackingWhenCalculatedAgain } from '../support/calculated-again.js';
import { contractSandbox, forEachRuntime, labFor, settled, topologyOf } from '../support/contract.js';

contractSandbox();

const folder = fileURLToPath(new URL('../golden/', import.meta.url));
const cases = readdirSync(folder).filter(
  (name) =>
    // What a configuration of the user's own comes to is not forecast.
    name !== 'own-frr' && !name.includes('.') && readdirSync(`${folder}${name}`).includes('topology.yml'),
);

const golden = (name: string) => topologyOf(readFileSync(`${folder}${name}/topology.yml`, 'utf8'));

/** The answers that are not those of the forecast: none. */
async function unforeseen(lab: Lab, plan: LabPlan, condition: Condition): Promise<readonly string[]> {
  const routing = forecast(plan, condition);
  const answers = await lab.who();
  return plan.questions.flatMap((question) => {
    const wanted = routing.answer(question);
    const seen =
      answers.find(({ client, address }) => client === question.client && address === question.address)?.instance ??
      null;
    const isForeseen = seen === null ? wanted.size === 0 : wanted.has(seen);
    return isForeseen
      ? []
      : [`${question.client} ${question.address}: ${String(seen)}, not ${[...wanted].join(' or ')}`];
  });
}

for (const name of cases) {
  test.serial(`the golden plan of ${name} runs, and every client is answered as the forecast has it`, async (t) => {
    const { lab, result } = await labFor(t, 'netns', golden(name));
    const plan = await lab.plan();
    t.is(result.answers.length, plan.questions.length);
    t.deepEqual(
      result.expectations.filter(({ verdict }) => verdict !== 'pass'),
      [],
    );
    // A link that loses packets may lose an answer: it is asked for again.
    const { last } = await pollUntil(
      () => unforeseen(lab, plan, healthy),
      (against) => against.length === 0,
      { everyMs: 100, deadlineMs: 10_000 },
    );
    t.deepEqual(last, []);
    await lab.down();
  });
}

/**
 * What fails, and is restored, one after another, in the networks that have several routers on a segment and hosts
 * on several links.
 */
const broken = {
  'multi-homed': ['router1/server-a', 'router2/server-a', 'router2', 'server-a', 'client1/router2'],
  switch: ['router1', 'router2', 'router3/sw2', 'sw1/sw2', 'client2/sw2'],
} as const;

/** ospf6d forgets a segment now and then (decision 0065): the step says so by name, and IPv4 is not touched. */
function forgetsSegment(pending: readonly string[]): boolean {
  return pending.some((each) => /its IPv6 Router-LSA describes \d+ of its \d+ segments/.test(each));
}

forEachRuntime((runtime) => {
  for (const [name, targets] of Object.entries(broken)) {
    test.serial(
      `${runtime}: ${name}: nodes and links fail and come back, each to what the forecast says`,
      async (t) => {
        const { lab } = await labFor(t, runtime, golden(name));
        const plan = await lab.plan();
        for (const target of targets) {
          const failed = await lab.fail(target, settled);
          const pending = await lackingWhenCalculatedAgain(t, lab, failed);
          const forgets = forgetsSegment(pending);
          t.true(pending.length === 0 || forgets, `fail ${target}: ${pending.join('; ')}`);
          const against = await unforeseen(lab, plan, conditionOf([resolveFault(plan, target, undefined, undefined)]));
          t.deepEqual(forgets ? against.filter((each) => !each.includes('2001:db8:')) : against, [], `fail ${target}`);
          const restored = await lab.restore(target, settled);
          t.deepEqual(await lackingWhenCalculatedAgain(t, lab, restored), [], `restore ${target}`);
        }
        t.deepEqual(await unforeseen(lab, plan, healthy), []);
      },
    );
  }
});
