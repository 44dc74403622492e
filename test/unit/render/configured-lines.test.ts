import test from 'ava';
import { configuredLines, lineDifferences } from '../../../src/render/configured-lines.js';

const given = `hostname router1
router bgp 65001
 bgp router-id 10.255.0.1
 bgp bestpath as-path multipath-relax
 neighbor 10.0.0.1 description router2
 address-family ipv4 unicast
  neighbor 10.0.0.1 route-map to-peer out
 exit-address-family
exit
interface eth1
 ip ospf cost 3
 ip ospf hello-interval 10
exit
`;
const block = 'router bgp 65001';

test('lines are known by the blocks that they are in', (t) => {
  t.deepEqual(
    configuredLines(given).filter(({ line }) => line.startsWith('neighbor')),
    [
      { block, line: 'neighbor 10.0.0.1 description router2' },
      { block: `${block} / address-family ipv4 unicast`, line: 'neighbor 10.0.0.1 route-map to-peer out' },
    ],
  );
});

test('what a daemon shows in other words, or leaves out as usual, is no difference', (t) => {
  const shown = `Building configuration...\n!\nfrr version 8.4.4\n${given
    .replace('hostname router1', 'log syslog')
    .replace(' neighbor 10.0.0.1 description router2\n', '')
    .replace(' ip ospf hello-interval 10\n', '')}!\nend\n`;
  t.deepEqual(lineDifferences(given, '', shown), { missing: [], foreign: [] });
});

test('a line that was not given is foreign, one that was given and is not there is missing', (t) => {
  const running = given
    .replace(' bgp bestpath as-path multipath-relax', ' bgp graceful-shutdown')
    .replace('cost 3', 'cost 5');
  t.deepEqual(lineDifferences(given, '', running), {
    missing: [
      { block, line: 'bgp bestpath as-path multipath-relax' },
      { block: 'interface eth1', line: 'ip ospf cost 3' },
    ],
    foreign: [
      { block, line: 'bgp graceful-shutdown' },
      { block: 'interface eth1', line: 'ip ospf cost 5' },
    ],
  });
});

test("what the file's own lines add, change or remove is no difference", (t) => {
  const running = given
    .replace(' bgp bestpath as-path multipath-relax', ' bgp graceful-shutdown')
    .replace('cost 3', 'cost 5');
  const own = `router bgp 65001
 no bgp bestpath as-path multipath-relax
 bgp graceful-shutdown
exit
interface eth1
 ip ospf cost 5
exit`;
  t.deepEqual(lineDifferences(given, own, running), { missing: [], foreign: [] });
});

test("a block that the file's own lines take away lacks none of its lines", (t) => {
  const running = given.replace(/^router bgp 65001\n(?: .*\n)*/m, '');
  t.not(running, given);
  t.true(lineDifferences(given, '', running).missing.length > 0);
  t.deepEqual(lineDifferences(given, 'no router bgp 65001', running), { missing: [], foreign: [] });
});

test('what FRRouting does not show because it is so by default is not missing', (t) => {
  const told = 'interface eth1\n ip ospf area 0\n ip ospf network broadcast\n';
  t.deepEqual(lineDifferences(told, '', 'interface eth1\n ip ospf area 0\n'), { missing: [], foreign: [] });
});
