import test from 'ava';
import { LabError } from '../../../src/errors.js';
import { resolveFault } from '../../../src/fault/resolve-fault.js';
import type { LabPlan } from '../../../src/plan/model.js';
import type { FaultKind } from '../../../src/topology/model/fault.js';
import { bundledPlan, planOf, switched } from '../plan/plan-of.js';

const figure2 = bundledPlan('figure2');
const parallel = planOf(
  'name: p\nnodes: {a: {kind: router}, b: {kind: router}, c: {kind: router}}\nlinks: [[a, b], [a, b], [b, c]]\n',
);

test('a node loses its power', (t) => {
  const fault = resolveFault(figure2, 'server-a', undefined);
  t.like(fault, { target: 'server-a', how: 'crash' });
  t.deepEqual(fault.effect, { kind: 'crash', node: 'server-a' });
});

test('a link goes down at both ends, in whatever order its nodes are named', (t) => {
  const fault = resolveFault(figure2, 'server-a/router1', undefined);
  t.like(fault, { target: 'server-a/router1', how: 'down' });
  t.deepEqual(fault.effect, {
    kind: 'down',
    ends: [
      { node: 'router1', interface: 'eth3' },
      { node: 'server-a', interface: 'eth1' },
    ],
  });
  t.deepEqual(resolveFault(figure2, 'router1/server-a', undefined).effect, fault.effect);
});

test('one end of a link goes down by itself', (t) => {
  const fault = resolveFault(figure2, 'router1:eth2', 'down');
  t.deepEqual(fault.effect, { kind: 'down', ends: [{ node: 'router1', interface: 'eth2' }] });
  t.is(fault.how, 'down');
});

test("an instance's service stops answering", (t) => {
  const fault = resolveFault(figure2, 'service@server-b', undefined);
  t.like(fault, { target: 'service@server-b', how: 'stop' });
  t.deepEqual(fault.effect, { kind: 'stop', service: 'service', node: 'server-b' });
});

test('the same thing has one key, however it is written; other things have others', (t) => {
  const key = (target: string): string => resolveFault(figure2, target, undefined).key;
  t.is(key('router1/router2'), key('router2/router1'));
  t.is(key('router1:eth2'), key('router1/router2'));
  const others = [
    'server-a',
    'server-b',
    'service@server-a',
    'service@server-b',
    'router1/server-a',
    'router1/router2',
  ].map(key);
  t.is(new Set(others).size, others.length);
});

test('of parallel links one is meant by its interface', (t) => {
  t.deepEqual(resolveFault(parallel, 'b:eth2', undefined).effect, {
    kind: 'down',
    ends: [{ node: 'b', interface: 'eth2' }],
  });
  t.not(resolveFault(parallel, 'b:eth2', undefined).key, resolveFault(parallel, 'b:eth1', undefined).key);
});

for (const [target, message, hint] of [
  ['sever-a', /no node "sever-a"/, /did you mean "server-a"\?/],
  ['router1/router3', /no link between "router1" and "router3"/, /router1 is linked to: client1, router2, server-a/],
  ['router1/rooter2', /no node "rooter2"/, /did you mean "router2"\?/],
  ['router1:eth9', /"router1" has no interface "eth9"/, /eth1/],
  ['servce@server-a', /no service "servce"/, /did you mean "service"\?/],
  ['service@router1', /"router1" is not an instance of "service"/, /server-a, server-b, server-c/],
  ['a/b/c', /"a\/b\/c" is not a target/, /write a node "server-a"/],
] as const) {
  test(`there is no ${target}, and the error says what there is`, (t) => {
    const error = t.throws(() => resolveFault(figure2, target, undefined), {
      instanceOf: LabError,
      code: 'TARGET_UNKNOWN',
      message,
    });
    t.regex(error.hint ?? '', hint);
  });
}

test('two nodes with several links need the one that is meant', (t) => {
  const error = t.throws(() => resolveFault(parallel, 'a/b', undefined), {
    instanceOf: LabError,
    code: 'TARGET_UNKNOWN',
  });
  t.regex(error.hint ?? '', /a:eth1, a:eth2/);
});

test('a switch does not fail as a whole', (t) => {
  const error = t.throws(() => resolveFault(planOf(switched), 'sw3', undefined), {
    instanceOf: LabError,
    code: 'TARGET_UNKNOWN',
  });
  t.regex(error.hint ?? '', /sw3\/client1/);
});

for (const [target, how, right] of [
  ['server-a', 'down', 'crash'],
  ['router1/server-a', 'crash', 'down'],
  ['router1:eth2', 'stop', 'down'],
  ['service@server-a', 'crash', 'stop'],
] as const satisfies readonly (readonly [string, FaultKind, FaultKind])[]) {
  test(`${target} cannot fail by ${how}`, (t) => {
    const resolve = (kind: FaultKind, plan: LabPlan = figure2) => resolveFault(plan, target, kind);
    const error = t.throws(() => resolve(how), { instanceOf: LabError, code: 'FAULT_UNSUPPORTED' });
    t.regex(error.hint ?? '', new RegExp(`\\b${right}\\b`));
    t.is(resolve(right).how, right);
  });
}
