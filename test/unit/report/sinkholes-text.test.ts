import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import type { LabState } from '../../../src/protocol/lab-state.js';
import { inspectText } from '../../../src/report/inspect-text.js';

const address = '192.0.2.53';

test('what sinkholes took is one table, by source and ingress; one that took nothing has a row, and many sources by one way share one', (t) => {
  const source = { address: '10.0.0.4', node: 'bot1', ingress: 'edge1', packets: 7256, perSecond: 1001 };
  const way = { ingress: 'edge1', packets: 7256, perSecond: 1001, connections: 60, held: 50, longestHoldMs: 1500 };
  const forged = Array.from({ length: 64 }, (_, index) => ({
    ...way,
    address: `198.18.0.${String(index)}`,
    node: null,
  }));
  const state: LabState = {
    topology: 'sinkhole',
    nodes: [],
    routes: [],
    announcements: [],
    sinkholes: [
      {
        node: 'sink1',
        service: 'dns',
        address,
        sources: [
          { ...source, connections: 0, held: 0, longestHoldMs: 0 },
          { ...source, address: '10.9.9.9', node: null, packets: 0, connections: 60, held: 50, longestHoldMs: 1500 },
        ],
        ingresses: [{ ...way, sources: 2 }],
      },
      { node: 'sink2', service: 'dns', address, sources: [], ingresses: [] },
      { node: 'sink3', service: 'dns', address, sources: forged, ingresses: [{ ...way, sources: 64 }] },
    ],
    faults: [{ target: 'bot1', how: 'flood', sent: 7300, endsInMs: 2000 }],
  };
  const linesAt = (width: number): readonly string[] =>
    stripVTControlCharacters(inspectText(state, width)).split('\n').slice(-8);
  t.deepEqual(linesAt(200), [
    'SINKHOLE  ADDRESS     SOURCE           INGRESS  PACKETS       TCP',
    'sink1     192.0.2.53  10.0.0.4 (bot1)  edge1    7256, 1001/s  0',
    'sink1     192.0.2.53  10.9.9.9         edge1    0, 1001/s     60, 50 held, longest 1.50 s',
    'sink2     192.0.2.53  -                -        0             0',
    'sink3     192.0.2.53  64 addresses     edge1    7256, 1001/s  60, 50 held, longest 1.50 s',
    '',
    'active faults:',
    '✗ bot1 (flood, 7300 sent, ends by itself in 2.00 s)',
  ]);
  t.deepEqual(linesAt(80).slice(0, 5), [
    'sink1     192.0.2.53  10.9.9.9         edge1    0, 1001/s     60, 50 held,',
    '                                                                longest 1.50 s',
    'sink2     192.0.2.53  -                -        0             0',
    'sink3     192.0.2.53  64 addresses     edge1    7256, 1001/s  60, 50 held,',
    '                                                                longest 1.50 s',
  ]);
  t.true(linesAt(66).every((line) => line.length <= 66));
});
