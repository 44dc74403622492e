import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import { planLab } from '../../../src/plan/plan.js';
import { planText } from '../../../src/report/plan-text.js';
import { readTopology } from '../../../src/topology/read.js';

const file = `
name: small
nodes:
  client1: {kind: host}
  router1: {kind: router}
  server-a: {kind: host, run: {watch: "ip monitor route"}}
links:
  - [client1, router1]
  - [router1, server-a]
anycast:
  dns: {addresses: [192.0.2.53], instances: [server-a]}
`;

test('what would be made is each node with its programs and interfaces, and each service', (t) => {
  const reading = readTopology(file, 'small.yml');
  if ('problems' in reading) throw new Error('the file has problems');
  const lines = stripVTControlCharacters(planText(planLab(reading.topology))).split('\n');
  t.deepEqual(lines, [
    'small would have 3 nodes and 2 links',
    '',
    'NODE      KIND      PROGRAMS        INTERFACES',
    'client1   client                    eth1 10.0.0.0/31',
    'router1   router    zebra           eth1 10.0.0.1/31',
    '                    ospfd           eth2 10.0.0.2/31',
    'server-a  instance  zebra           eth1 10.0.0.3/31',
    '                    ospfd',
    '                    dns (identity)',
    '                    watch',
    '',
    'SERVICE  ADDRESSES   INSTANCES',
    'dns      192.0.2.53  server-a',
  ]);
});
