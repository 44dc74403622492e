import test from 'ava';
import { pathCost } from '../../../src/forecast/path-cost.js';
import { bundledPlan, planOf, switched } from '../plan/plan-of.js';

const figure2 = bundledPlan('figure2');

test('the cost counts from the first router to the instance: 1, 2 and 3 in figure 2', (t) => {
  t.is(pathCost(figure2, ['router1', 'server-a']), 1);
  t.is(pathCost(figure2, ['router1', 'router2', 'server-b']), 2);
  t.is(pathCost(figure2, ['router1', 'router2', 'router3', 'server-c']), 3);
  t.is(pathCost(figure2, ['server-a']), 0, 'an instance on the segment of its client');
});

test('a way with a silent hop, with nodes that share no link, or with none at all has no cost', (t) => {
  t.is(pathCost(figure2, ['router1', null, 'server-b']), null);
  t.is(pathCost(figure2, [null, 'server-b']), null);
  t.is(pathCost(figure2, ['router1', 'server-c']), null);
  t.is(pathCost(figure2, ['router1', 'somebody']), null);
  t.is(pathCost(figure2, []), null);
});

test('across a switch the sender pays for its own link', (t) => {
  const plan = planOf(switched);
  t.is(pathCost(plan, ['router1', 'router2', 'server-a']), 2);
  t.is(pathCost(plan, ['router2', 'router3', 'server-b']), 8);
});

test('of parallel links the cheapest counts', (t) => {
  const plan = planOf(`
name: parallel
nodes: {client1: {kind: host}, router1: {kind: router}, router2: {kind: router}, server-a: {kind: host}}
links:
  - [client1, router1]
  - {endpoints: [router1, router2], cost: 9}
  - {endpoints: [router1, router2], cost: 4}
  - [router2, server-a]
anycast: {service: {addresses: [192.0.2.53], instances: [server-a]}}
`);
  t.is(pathCost(plan, ['router1', 'router2', 'server-a']), 5);
});
