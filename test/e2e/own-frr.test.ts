import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ask, refused, who } from '../support/documents.js';
import { up } from '../support/step-documents.js';
import { pollUntil } from '../../src/support/poll.js';
import { ok, run } from '../support/lab-cli.js';
import { sandboxForFile } from '../support/sandbox.js';

const sandbox = sandboxForFile();

test.afterEach.always('the labs go', () => run(sandbox, ['down', '--all']));

const answered = (answers: readonly { readonly instance: string | null }[]): readonly (string | null)[] =>
  answers.map(({ instance }) => instance);

const own = `frr defaults traditional
hostname router1
log syslog informational
password zebra
!
interface eth1
 ip address 10.1.0.1/24
exit
interface eth2
 ip address 10.12.0.1/30
 ip ospf area 0
 ip ospf network point-to-point
 ip ospf hello-interval 1
exit
router ospf
 ospf router-id 10.255.0.1
 redistribute connected
exit
line vty
end
`;

const topology = `name: own-frr
routing: none
nodes:
  client1:  {kind: host}
  router1:  {kind: router, frr: {file: router1.conf}}
  router2:  {kind: router, frr: {folder: answers/router2, daemons: [ospfd]}}
  server-a: {kind: host}
links:
  - [client1, router1]
  - {endpoints: [router1, router2], addresses: {router2: 10.12.0.2/30}}
  - {endpoints: [router2, server-a], ospf: {hello: 1s, dead: 4s}}
anycast:
  dns: {addresses: [192.0.2.53], instances: [server-a]}
`;

test.serial('a line that FRRouting refuses, and one that no daemon takes, are named with their place', async (t) => {
  const file = join(sandbox.folder, 'refused.yml');
  const conf = join(sandbox.folder, 'refused.conf');
  writeFileSync(file, 'name: refused\nnodes: {near: {kind: router, frr: {file: refused.conf, daemons: [ospfd]}}}\n');
  writeFileSync(conf, 'hostname near\nrouter ospf\n no such words\n');
  const refusal = await refused(t, sandbox, ['up', file], 2);
  t.is(refusal.code, 'CONFIG_REJECTED');
  t.true(refusal.message.startsWith(`FRR on near refused line 3 of ${conf}: % Unknown command`), refusal.message);
  writeFileSync(conf, 'hostname near\n!\nrouter rip\n network eth1\n');
  const dropped = await refused(t, sandbox, ['up', file], 2);
  t.is(dropped.message, `no daemon on near accepts the line "router rip" (line 3 of ${conf})`);
  t.regex(dropped.hint ?? '', /ripd would accept it/);
});

test.serial(
  'a router with a configuration of its own and one that is left to its user: what is typed routes, and is saved',
  async (t) => {
    const file = join(sandbox.folder, 'own-frr.yml');
    writeFileSync(file, topology);
    writeFileSync(join(sandbox.folder, 'router1.conf'), own);
    const started = await ask(t, sandbox, up, ['up', file]);
    t.deepEqual(answered(started.answers), [null]);
    t.regex(await ok(t, sandbox, ['exec', 'client1', 'ip', 'address', 'show', 'eth1']), /inet 10\.1\.0\.2\/24/);

    const typed = ['router ospf', 'network 0.0.0.0/0 area 0', 'interface eth1', 'ip ospf network point-to-point'];
    const timers = ['ip ospf hello-interval 1', 'interface eth2', 'ip ospf hello-interval 1'];
    const commands = ['configure terminal', ...typed, ...timers].flatMap((line) => ['-c', line]);
    await ok(t, sandbox, ['vtysh', 'router2', ...commands]);
    const { held, last } = await pollUntil(
      async () => answered((await ask(t, sandbox, who, ['who'])).answers),
      ([first]) => first === 'server-a',
      { everyMs: 500, deadlineMs: 60_000 },
    );
    t.true(held, JSON.stringify(last));

    const saved = join(sandbox.folder, 'answers', 'router2', 'frr.conf');
    t.regex(await ok(t, sandbox, ['save', 'router2']), /wrote the configuration of router2/);
    const text = readFileSync(saved, 'utf8');
    t.regex(text, /^frr version .*\n.*^router ospf\n network 0\.0\.0\.0\/0 area 0\n/ms);
    t.notRegex(text, /nearcast|nopassword|Building/);
    const { stdout } = await run(sandbox, ['config', 'router2', file]);
    t.regex(stdout, /extra\.conf[^]*network 0\.0\.0\.0\/0 area 0/, 'the next up loads it');
    t.is((await run(sandbox, ['save', 'client1'])).status, 2);
  },
);
