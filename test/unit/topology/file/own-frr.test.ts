import test from 'ava';
import { readTopology } from '../../../../src/topology/read.js';
import type { Attach } from '../../../../src/topology/file/own-frr.js';
import type { Node, OwnFrr } from '../../../../src/topology/model/topology.js';

function ownOf(frr: string, files: Readonly<Record<string, string>>): OwnFrr | undefined {
  return nodeOf(frr, files)?.ownFrr;
}

function nodeOf(frr: string, files: Readonly<Record<string, string>>): Node | undefined {
  const attach: Attach = (path) => {
    const text = files[path];
    return text === undefined ? { path, isMissing: true, message: `${path} is not there`, hint: '' } : { path, text };
  };
  const reading = readTopology(`name: lab\nnodes:\n  r1: {kind: router, frr: ${frr}}\n`, 'lab.yml', attach);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading.topology.nodes[0];
}

const daemonFiles = {
  'r1/zebra.conf': 'hostname r1\ninterface eth0\n ip address 192.0.2.1/24\n',
  'r1/ospfd.conf': 'router ospf\n network 192.0.2.0/24 area 0\n',
  'r1/bgpd.conf': 'router bgp 65001\n neighbor 192.0.2.2 remote-as 65002\n!\ndebug bgp fsm\n',
  'r1/daemons': 'zebra=yes\nbgpd=2\nospfd=no\nripd=0\n',
};

test('the files of the daemons that run are one configuration', (t) => {
  const own = ownOf('{folder: r1}', daemonFiles);
  t.like(own, { file: 'r1/frr.conf', asn: 65001, daemons: ['bgpd'] });
  t.deepEqual([...(own?.addresses ?? [])], [['eth0', ['192.0.2.1/24']]]);
  t.is(
    own?.lines,
    `!\ninterface eth0\n ip address 192.0.2.1/24\n\n!\n${daemonFiles['r1/bgpd.conf']}`,
    'ospfd does not run, so its file is not read',
  );
});

test('without a file that names daemons, each that has a file runs', (t) => {
  const { 'r1/daemons': _, ...files } = daemonFiles;
  t.regex(ownOf('{folder: r1}', files)?.lines ?? '', /router ospf[^]*router bgp 65001/);
});

test('a whole configuration goes before those of daemons', (t) => {
  t.is(ownOf('{folder: r1}', { ...daemonFiles, 'r1/frr.conf': 'router rip\n' })?.lines, 'router rip\n');
  t.like(ownOf('{folder: r1}', { ...daemonFiles, 'r1/Quagga.conf': 'router rip\n' }), {
    file: 'r1/frr.conf',
    lines: 'router rip\n',
  });
});

test('what Quagga means by BGP is written out, and its debugging is left away', (t) => {
  const own = ownOf('{folder: r1, quagga: true}', daemonFiles);
  t.regex(
    own?.lines ?? '',
    /router bgp 65001\n no bgp ebgp-requires-policy\n no bgp network import-check\n neighbor 192\.0\.2\.2/,
  );
  t.notRegex(own?.lines ?? '', /debug/);
  t.regex(ownOf('{folder: r1, quagga: false}', daemonFiles)?.lines ?? '', /debug bgp fsm/);
});

test('lines have the numbers of a file where they are that file, line for line', (t) => {
  const numberedAs = (frr: string, files: Readonly<Record<string, string>>): string | undefined =>
    ownOf(frr, files)?.numberedAs;
  const conf = { 'r1.conf': 'hostname r1\nrouter bgp 65001\n' };
  t.is(numberedAs('{file: r1.conf}', conf), 'r1.conf');
  t.is(numberedAs('{file: r1.conf, quagga: true}', conf), undefined, 'lines are added');
  t.is(numberedAs('{folder: r1}', daemonFiles), undefined, 'it is of two files');
  t.is(numberedAs('{folder: r1}', { 'r1/bgpd.conf': 'router bgp 65001\n' }), 'r1/bgpd.conf');
  t.is(numberedAs('{folder: r1}', { ...daemonFiles, 'r1/frr.conf': 'router rip\n' }), 'r1/frr.conf');
});

test('whether the kernel forwards is a setting of the node, and no line that FRRouting loads', (t) => {
  const conf = 'ip forwarding\nno ipv6  forwarding\r\nrouter rip\n!ip forwarding\n';
  const node = nodeOf('{file: r1.conf}, sysctls: {net.ipv6.conf.all.forwarding: 1, net.ipv4.tcp_syncookies: 0}', {
    'r1.conf': conf,
  });
  t.is(node?.ownFrr?.lines, '!\n!\nrouter rip\n!ip forwarding\n', 'the others keep their numbers');
  t.deepEqual(
    node?.sysctls,
    new Map([
      ['net.ipv6.conf.all.forwarding', '0'],
      ['net.ipv4.tcp_syncookies', '0'],
      ['net.ipv4.ip_forward', '1'],
      ['net.ipv6.conf.default.forwarding', '0'],
    ]),
  );
  t.is(
    nodeOf('{file: r1.conf}', { 'r1.conf': 'no ip forwarding\nip forwarding\n' })?.sysctls.get('net.ipv4.ip_forward'),
    '1',
  );
  t.is(nodeOf('{file: r1.conf}', { 'r1.conf': 'interface eth0\n description no ip forwarding\n' })?.sysctls.size, 0);
});
