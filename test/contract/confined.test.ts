import { chmodSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { LabError } from '../../src/index.js';
import { frrOfEnvironment } from '../../src/runtime/registry.js';
import { locateFrr } from '../../src/setup/frr.js';
import { contractSandbox, forEachRuntime, inNode, labFor, topologyOf } from '../support/contract.js';

const sandbox = contractSandbox();

/** Ways from a daemon's root folder to one of the host, if there is any. */
const roots = [
  '',
  '/..',
  '/../../..',
  '/proc/1/root',
  '/proc/self/root',
  '/proc/1/cwd',
  '/proc/self/cwd/../..',
  '/run/nearcast/../..',
  '/run/nearcast/tmp/../../../..',
  '/dev/fd/3/../..',
];

/** A router with lines that no check has seen. */
const routerWith = (name: string, lines: readonly string[]): ReturnType<typeof topologyOf> =>
  topologyOf(`name: ${name}
nodes:
  router1: {kind: router, frr: ${JSON.stringify(lines.join('\n'))}}
  router2: {kind: router}
links: [[router1, router2]]
`);

forEachRuntime((runtime) => {
  test.serial(`${runtime}: FRRouting lines write no file of the host, whatever they are`, async (t) => {
    const mark = join(sandbox.folder, `mark-${runtime}`);
    mkdirSync(mark);
    chmodSync(mark, 0o777);
    const lines = roots.flatMap((root, index) => [
      `log file ${root}${mark}/log-${String(index)}`,
      `output file ${root}${mark}/output-${String(index)}`,
      'output stdout',
      `dump bgp all ${root}${mark}/dump-${String(index)}`,
    ]);
    await labFor(
      t,
      runtime,
      routerWith('writes', [
        'router bgp 65001',
        'exit',
        ...lines,
        'log file /proc/sys/kernel/core_pattern',
        'log file /usr/lib/log',
        'log file /etc/ld.so.preload',
        'log file /dev/log',
      ]),
    ).catch((error: unknown) => {
      if (!(error instanceof LabError) || error.code !== 'CONFIG_REJECTED') throw error;
    });
    t.deepEqual(readdirSync(mark), []);
  });
});

test('netns: FRR sees itself, its libraries and its own folder of all that there is, also when it was started again', async (t) => {
  const { lab } = await labFor(t, 'netns', routerWith('sees', ['ip prefix-list x permit 10.0.0.0/8']));
  const rootOf = (daemon: string): string => `/proc/$(cat /run/frr/${daemon}.pid)/root`;
  const seen = async (): Promise<string> =>
    inNode(t, lab, 'router1', [
      'sh',
      '-c',
      `cd ${rootOf('ospfd')} && ls -A . run run/nearcast/.. proc/sys proc etc; test ! -e home -a ! -e root/.ssh -a ! -e run/programs; touch usr/lib/x 2>&1; touch etc/x 2>&1; touch x 2>&1; ls run/frr/ospfd.vty`,
    ]);
  const first = await seen();
  t.regex(
    first,
    /touch: cannot touch 'usr\/lib\/x': Read-only file system\ntouch: cannot touch 'etc\/x': Read-only file system\ntouch: cannot touch 'x': Read-only file system\nrun\/frr\/ospfd\.vty$/,
  );
  t.regex(first, /proc:\nsys\n/);
  t.regex(first, /proc\/sys:\nnet\n/);
  await lab.fail('ospfd@router1', { how: 'kill' });
  await lab.restore('ospfd@router1');
  t.is(await seen(), first);
  t.regex(await inNode(t, lab, 'router1', ['vtysh', '-c', 'show running-config']), /ip prefix-list x/);
  const secret = sandbox.write('secret', 'ip prefix-list of-the-host permit 198.51.100.0/24\n');
  const { vtysh = '', ownSystem } = locateFrr(process.env, frrOfEnvironment()) ?? {};
  const reads = async (path: string): Promise<boolean> =>
    (
      await lab.exec('router1', [
        'chroot',
        '/proc/1/cwd',
        vtysh.slice(ownSystem?.root.length ?? 0),
        '--config_dir',
        '/run/nearcast',
        '--vty_socket',
        '/run/frr',
        '-f',
        path,
      ])
    ).exitCode === 0;
  t.true(await reads('/run/nearcast/extra.conf'));
  for (const root of roots) t.false(await reads(`${root}${secret}`), root);
  t.notRegex(await inNode(t, lab, 'router1', ['vtysh', '-c', 'show running-config']), /of-the-host/);
  // What a file runs itself has the files of the machine as ever.
  t.is(await inNode(t, lab, 'router1', ['cat', sandbox.write('seen', 'here')]), 'here');
});
