import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { LabError } from '../../../src/errors.js';
import { conditionOf } from '../../../src/fault/active-fault.js';
import { resolveFault } from '../../../src/fault/resolve-fault.js';
import { healthy } from '../../../src/forecast/condition.js';
import { faultSentence } from '../../../src/report/step-text.js';
import { targetKinds, type TargetKind } from '../../../src/topology/model/fault-target.js';
import { entryOf, howsOf, kindsOfFault, usualHow } from '../../../src/topology/model/fault.js';
import { flagsOf, settingSentence, settingWordsOf } from '../../../src/topology/model/fault-settings.js';
import { checkout } from '../../support/sandbox.js';
import { planOf } from '../plan/plan-of.js';

const plan = planOf(`
name: two-systems
nodes:
  client1:  {kind: host}
  router1:  {kind: router, asn: 65001}
  router2:  {kind: router, asn: 65002}
  server-a: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router2, server-a]
anycast:
  service: {addresses: [192.0.2.53], instances: [server-a]}
`);
const examples: Readonly<Record<TargetKind, string>> = {
  node: 'router1',
  link: 'router1/router2',
  interface: 'router1:eth2',
  service: 'service@server-a',
  daemon: 'bgpd@router1',
  partition: 'router1+client1/router2',
  machine: 'machine@worker1',
};
const page = readFileSync(join(checkout, 'docs', 'faults.md'), 'utf8');

for (const how of kindsOfFault) {
  const { targets, settings, byRouter } = entryOf(how);
  const [target = 'node'] = targets;
  const example = byRouter === true ? 'service@router1' : examples[target];
  const wanted = settings?.impairment === true ? { impairment: { loss: 0.5 } } : {};

  test(`${how} is a fault of every target that the table says, breaks something, and has words and a place in the docs`, (t) => {
    for (const kind of targets) t.true(howsOf(kind).includes(how));
    const fault = resolveFault(plan, example, how, wanted);
    t.is(fault.effect.kind, how);
    t.notDeepEqual(conditionOf([fault]), healthy);
    const sentences = (['fail', 'restore'] as const).map((action) => faultSentence({ action, target: 'it', how }));
    t.is(new Set(sentences).size, 2);
    t.true(page.includes(`\`${how}\``));
    t.regex(page, new RegExp(`^## .*\\b${how}\\b`, 'm'));
  });

  test(`${how} takes its own settings, and within their limits alone`, (t) => {
    const refused = (given: Parameters<typeof resolveFault>[3]): void => {
      t.throws(() => resolveFault(plan, example, how, given), { instanceOf: LabError, code: 'FAULT_UNSUPPORTED' });
    };
    if (settings?.value === undefined) refused({ ...wanted, value: 2 });
    else {
      refused({ value: settings.value.least - 1 });
      refused({ value: settings.value.most + 1 });
      t.deepEqual(
        resolveFault(plan, example, how, { value: settings.value.usual }).effect,
        resolveFault(plan, example, how).effect,
      );
    }
    if (settings?.periodMs === undefined) refused({ ...wanted, periodMs: 1000 });
    if (settings?.keepRoutes === undefined) refused({ ...wanted, keepRoutes: true });
    if (settings?.announce === undefined) refused({ ...wanted, announce: '192.0.2.0/24' });
    if (settings?.packets === undefined) refused({ ...wanted, packets: 100 });
    else {
      refused({ packets: settings.packets.least - 1 });
      refused({ packets: settings.packets.most + 1 });
    }
    if (settings?.against === undefined) refused({ ...wanted, against: 'service' });
    else refused({ against: 'no-service' });
    if (settings?.protocol === undefined) refused({ ...wanted, protocol: 'tcp' });
    if (settings?.impairment === undefined) refused({ impairment: { loss: 0.5 } });
    else refused({});
  });
}

test('a flood ends by itself, whatever is said of its end', (t) => {
  t.is(resolveFault(plan, 'client1', 'flood').settings.forMs, 60_000);
  t.is(resolveFault(plan, 'client1', 'flood', { forMs: 500 }).settings.forMs, 500);
  t.like(resolveFault(plan, 'client1', 'flood', { protocol: 'tcp', packets: 7 }).effect, {
    addresses: ['192.0.2.53'],
    port: 53,
    packets: 7,
    protocol: 'tcp',
  });
});

test('the first kind of a target in the table is the usual one', (t) => {
  t.deepEqual(targetKinds.map(usualHow), ['crash', 'down', 'down', 'stop', 'kill', 'crash', 'partition']);
});

test('keys and flags of settings name the kinds that they are for', (t) => {
  t.deepEqual(settingWordsOf('flap'), ['for', 'period']);
  t.deepEqual(settingWordsOf('crash'), ['for']);
  t.is(
    settingSentence('value'),
    'For prepend, med and local-pref: how many times to prepend, the metric, or the preference.',
  );
  t.deepEqual(flagsOf('period'), [
    ['--period <duration>', 'flap: the time from one failure of the link to the next, such as 1s'],
  ]);
  t.deepEqual(
    flagsOf('keepRoutes').map(([flag]) => flag),
    ['--keep-routes', '--no-keep-routes'],
  );
});
