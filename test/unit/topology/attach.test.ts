import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { attachTo } from '../../../src/topology/attach.js';

const folder = mkdtempSync(join(tmpdir(), 'nearcast-attach-'));
const own = join(folder, 'alice');
mkdirSync(join(own, 'r1'), { recursive: true });
writeFileSync(join(own, 'r1', 'frr.conf'), 'router ospf\n');
writeFileSync(join(own, 'binary'), Uint8Array.from([0xff, 0xfe]));
writeFileSync(join(own, 'large'), 'x'.repeat(1_048_577));
writeFileSync(join(folder, 'secret'), 'of somebody else\n');
symlinkSync('../secret', join(own, 'link'));
symlinkSync('..', join(own, 'up'));
execFileSync('mkfifo', [join(own, 'pipe')]);
const topology = join(own, 'network.yml');

test.after.always('the folder goes', () => {
  rmSync(folder, { recursive: true });
});

const read = (name: string, within?: string): string => {
  const attached = attachTo(topology, { within })(name);
  return 'text' in attached ? attached.text : attached.message;
};

test('files are read by their path from the topology', (t) => {
  t.is(read('r1/frr.conf'), 'router ospf\n');
  t.is(read('../secret'), 'of somebody else\n');
  t.is(read(join(folder, 'secret')), 'of somebody else\n');
});

test('what is no text, or would never end, is refused', (t) => {
  t.is(read('no-such'), '"no-such" is not there');
  t.is(read('r1'), '"r1" is not a regular file');
  t.is(read('pipe'), '"pipe" is not a regular file');
  t.is(read('/dev/zero'), '"/dev/zero" is not a regular file');
  t.is(read('binary'), '"binary" is not UTF-8 text');
  t.is(read('large'), '"large" is larger than 1 MiB');
});

test('nothing outside the folder of a stranger is read, by path or by link, nor told whether it is there', (t) => {
  t.is(read('r1/frr.conf', own), 'router ospf\n');
  for (const name of [
    '../secret',
    '../no-such',
    join(folder, 'secret'),
    'link',
    'up/secret',
    '/etc/passwd',
    '../alice-2/x',
  ])
    t.is(read(name, own), `${JSON.stringify(name)} leads out of the folder of the submission`);
});
