import test from 'ava';
import { parseRecord } from '../../../../src/runtime/netns/state-record.js';

const record = {
  lab: 'figure2',
  topology: 'figure2',
  runtime: 'netns',
  nodes: 7,
  startedAt: '2026-01-02T03:04:05.678Z',
  phase: 'up',
  owner: { pid: 100, startTime: 7 },
  maker: { pid: 99, startTime: 6 },
  agentPid: 102,
  programs: { daemonsDir: '/usr/lib/frr', vtysh: '/usr/bin/vtysh', libraryPath: '/lib/frr', binDirs: ['/usr/bin'] },
};

test('a record says what was written', (t) => {
  t.deepEqual(parseRecord(JSON.stringify(record), 'figure2') as unknown, record);
  const { libraryPath: _, ...programs } = record.programs;
  t.is(parseRecord(JSON.stringify({ ...record, agentPid: 0, programs }), 'figure2')?.programs.libraryPath, undefined);
});

const wrong: Readonly<Record<string, unknown>> = {
  'another lab': { ...record, lab: 'figure3' },
  'a name that is a path': { ...record, lab: '../figure2' },
  'process 1': { ...record, owner: { pid: 1, startTime: 7 } },
  'a group of processes': { ...record, owner: { pid: -100, startTime: 7 } },
  'every process': { ...record, agentPid: -1 },
  'a number as text': { ...record, owner: { pid: '100', startTime: 7 } },
  'no start time': { ...record, owner: { pid: 100 } },
  'a phase that no record has': { ...record, phase: 'ended' },
  'programs of the current folder': { ...record, programs: { ...record.programs, vtysh: 'vtysh' } },
  'something more': { ...record, hook: 'sh' },
  'a list': [record],
  nothing: null,
};

for (const [what, value] of Object.entries(wrong)) {
  test(`a record with ${what} is none`, (t) => {
    t.is(parseRecord(JSON.stringify(value), 'figure2'), undefined);
  });
}

test('half a record is none', (t) => {
  t.is(parseRecord(JSON.stringify(record).slice(0, -5), 'figure2'), undefined);
});
