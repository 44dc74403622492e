import test from 'ava';
import { nodeEnvironment } from '../../../src/protocol/node-environment.js';

const programs = { daemonsDir: '/frr/sbin', vtysh: '/frr/bin/vtysh', libraryPath: undefined, binDirs: ['/frr/bin'] };

test("a node's own vtysh comes first; the system's programs and FRR's tools come after what the user has", (t) => {
  t.deepEqual(
    nodeEnvironment(programs, { PATH: '/home/me/bin:/usr/bin', HOME: '/home/me', EMPTY: '', GONE: undefined }),
    {
      PATH: '/run/programs:/home/me/bin:/usr/bin:/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/bin:/frr/bin',
      HOME: '/home/me',
      EMPTY: '',
    },
  );
});

test('a private copy of FRR brings its libraries, and a caller without a PATH finds programs all the same', (t) => {
  const env = nodeEnvironment({ ...programs, libraryPath: '/frr/lib' }, {});
  t.is(env['LD_LIBRARY_PATH'], '/frr/lib');
  t.regex(env['PATH'] ?? '', /^\/run\/programs:.*:\/usr\/bin:.*:\/frr\/bin$/);
});
