import test from 'ava';
import { allConnections, type ConnectionsTo } from '../../../src/protocol/connections.js';
import { change, judge, v4, v6 } from './seen-change.js';

test('a limit of one service, or of one address, is about that alone, and names it', (t) => {
  const web = { ...change('server-b', 20, '192.0.2.80'), service: 'web', outageMs: 900, lost: 90 };
  const still = { ...change('server-a', null, v6), outageMs: 0, lost: 0 };
  const changes = [change('server-b', 20), still, web];
  const expect = { outage: { dns: '500ms', web: '500ms' }, lost: { [v6]: 0 }, moved: { [v6]: 0, web: ['client1'] } };
  t.deepEqual(
    judge(expect, changes).map(({ text, verdict }) => [text, verdict]),
    [
      ['after fail server-a, no outage is longer than 500ms for dns', 'pass'],
      ['after fail server-a, no outage is longer than 500ms for web', 'fail'],
      [`after fail server-a, no flow loses more than 0 probes for ${v6}`, 'pass'],
      [`after fail server-a, no more than 0 clients move for ${v6}`, 'pass'],
      ['after fail server-a, client1 moves and no other client for web', 'pass'],
    ],
  );
  t.like(judge({ minOutage: { dns: '500ms', web: '500ms' } }, changes), [{ verdict: 'fail' }, { verdict: 'pass' }]);
  t.like(judge({ outage: { smtp: '1s' } }, changes), [{ verdict: 'fail', seen: 'no client asks' }]);
});

test('connections to one service are counted by themselves', (t) => {
  const to = (service: string, address: string, open: number, broken: number): ConnectionsTo => ({
    service,
    address,
    open,
    broken,
    risk: 0,
  });
  const connections = allConnections([to('dns', v4, 4, 0), to('dns', v6, 4, 0), to('web', '192.0.2.80', 4, 3)]);
  t.like(connections, { open: 12, broken: 3 });
  const expect = { brokenFlows: { dns: 0, web: 0 }, minBrokenFlows: { '192.0.2.80': 3 } };
  t.like(judge(expect, [change('server-b', 20)], { connections }), [
    { text: 'after fail server-a, no more than 0 TCP connections break for dns', verdict: 'pass', measured: 0 },
    { text: 'after fail server-a, no more than 0 TCP connections break for web', verdict: 'fail', seen: '3 of 4' },
    { text: 'after fail server-a, 3 or more TCP connections break for 192.0.2.80', verdict: 'pass' },
  ]);
  t.deepEqual(
    allConnections([to('dns', v4, 1, 1), to('dns', v4, 2, 0)]).each,
    [to('dns', v4, 3, 1)],
    'of two machines',
  );
});
