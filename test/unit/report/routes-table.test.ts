import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import type { RouteState } from '../../../src/protocol/lab-state.js';
import { routesTable } from '../../../src/report/up-text.js';

const read = (text: string): readonly string[] => stripVTControlCharacters(text).split('\n');
const route: RouteState = {
  router: 'router1',
  service: 'dns',
  address: '192.0.2.53',
  alternatives: [],
  paths: [],
  installed: [{ interface: 'eth1', via: '10.0.0.1', node: 'server-a' }],
  covering: null,
};

test('what a router knows takes as many lines as the width of the terminal demands, and breaks no word', (t) => {
  const path = (via: string, asPath: string, localPreference: number) => ({
    prefix: '192.0.2.53/32',
    best: via === 'router1',
    reason: null,
    via,
    asPath,
    localPreference,
    med: null,
    communities: [],
  });
  const table = (width?: number): readonly string[] =>
    read(
      routesTable(
        [{ ...route, alternatives: [], paths: [path('router1', '65001', 80), path('router2', '65002 65001', 80)] }],
        width,
      ),
    ).slice(1);
  const before = 'router1  dns      server-a  ';
  t.deepEqual(table(), [
    `${before}router1 (AS path 65001, preference 80), router2 (AS path 65002 65001, preference 80)`,
  ]);
  t.deepEqual(table(80), [
    `${before}router1 (AS path 65001, preference 80),`,
    `${' '.repeat(before.length)}router2 (AS path 65002 65001, preference 80)`,
  ]);
  t.deepEqual(table(56), [
    `${before}router1 (AS path 65001,`,
    `${' '.repeat(before.length)}  preference 80),`,
    `${' '.repeat(before.length)}router2 (AS path 65002`,
    `${' '.repeat(before.length)}  65001, preference 80)`,
  ]);
});
