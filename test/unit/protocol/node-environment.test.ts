import test from 'ava';
import { agentEnvironment, nodeEnvironment } from '../../../src/protocol/node-environment.js';

const programs = { daemonsDir: '/frr/sbin', vtysh: '/frr/bin/vtysh', libraryPath: undefined, binDirs: ['/frr/bin'] };

test("a node finds the lab's programs first, then those of the user and the system, and none of npm's packages", (t) => {
  const path = '/home/me/lab/node_modules/.bin:/home/me/bin:/usr/bin';
  t.deepEqual(nodeEnvironment(programs, { PATH: path, HOME: '/home/me', EMPTY: '', GONE: undefined }), {
    PATH: '/run/programs:/frr/bin:/home/me/bin:/usr/bin:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/bin',
    HOME: '/home/me',
    EMPTY: '',
  });
});

test('a private copy of FRR brings its libraries, and a caller without a PATH finds programs all the same', (t) => {
  const env = nodeEnvironment({ ...programs, libraryPath: '/frr/lib' }, {});
  t.is(env['LD_LIBRARY_PATH'], '/frr/lib');
  t.regex(env['PATH'] ?? '', /^\/run\/programs:\/frr\/bin:.*:\/usr\/bin:/);
});

test('certificates that Node would read at each start are kept from the agent, and not from programs of nodes', (t) => {
  const agent = agentEnvironment({ HOME: '/home/me', NODE_EXTRA_CA_CERTS: '/etc/own.crt' });
  t.false('NODE_EXTRA_CA_CERTS' in agent);
  t.is(agent['HOME'], '/home/me');
  t.like(nodeEnvironment(programs, agent), { HOME: '/home/me', NODE_EXTRA_CA_CERTS: '/etc/own.crt' });
  t.is(nodeEnvironment(programs, { NODE_EXTRA_CA_CERTS: '/etc/own.crt' })['NODE_EXTRA_CA_CERTS'], '/etc/own.crt');
  t.deepEqual(agentEnvironment({ HOME: '/home/me' }), { HOME: '/home/me' });
});
