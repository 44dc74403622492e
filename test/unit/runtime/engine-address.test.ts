import { createHash } from 'node:crypto';
import test from 'ava';
import { engineAddress, type AddressFacts } from '../../../src/runtime/docker/engine-address.js';

const facts = (env: NodeJS.ProcessEnv, files: Readonly<Record<string, string>> = {}): AddressFacts => ({
  env,
  home: '/home/u',
  read: (path) => files[path],
  exists: (path) => Object.hasOwn(files, path),
});

test('the usual socket, and those that a user may have alone', (t) => {
  t.like(engineAddress(facts({})), { kind: 'unix', socketPath: '/var/run/docker.sock', chosen: false });
  t.like(engineAddress(facts({}, { '/home/u/.docker/run/docker.sock': '' })), {
    socketPath: '/home/u/.docker/run/docker.sock',
  });
  t.like(engineAddress(facts({ XDG_RUNTIME_DIR: '/run/user/7' }, { '/run/user/7/docker.sock': '' })), {
    socketPath: '/run/user/7/docker.sock',
  });
});

test('DOCKER_HOST in all its forms', (t) => {
  const of = (DOCKER_HOST: string, more: NodeJS.ProcessEnv = {}) => engineAddress(facts({ DOCKER_HOST, ...more }));
  t.like(of('unix:///run/x.sock'), { kind: 'unix', socketPath: '/run/x.sock', source: 'DOCKER_HOST', chosen: true });
  t.like(of('unix://'), { kind: 'unix', socketPath: '/var/run/docker.sock' });
  t.like(of('tcp://10.0.0.1'), { kind: 'tcp', host: '10.0.0.1', port: 2375, certificates: undefined });
  t.like(of('10.0.0.1:4000'), { kind: 'tcp', host: '10.0.0.1', port: 4000 });
  t.like(of('tcp://[::1]:4000'), { kind: 'tcp', host: '::1', port: 4000 });
  t.like(of('tcp://far', { DOCKER_TLS_VERIFY: '1' }), { port: 2376, certificates: '/home/u/.docker' });
  t.like(of('tcp://far', { DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/c' }), { certificates: '/c' });
  t.like(of('ssh://me@far:2222'), { kind: 'ssh', destination: 'me@far', port: '2222' });
  t.like(of('ssh://far'), { kind: 'ssh', destination: 'far', port: undefined });
  for (const nonsense of ['gopher://far', 'tcp://', 'ssh://-oProxyCommand=x', 'tcp://far:port']) {
    const error = t.throws(() => of(nonsense), undefined, nonsense);
    t.like(error, { code: 'USAGE' }, nonsense);
  }
});

test('the context in use, as the docker command keeps it; DOCKER_HOST comes before it', (t) => {
  const id = createHash('sha256').update('lab').digest('hex');
  const files = {
    '/home/u/.docker/config.json': '{"currentContext": "lab"}',
    [`/home/u/.docker/contexts/meta/${id}/meta.json`]: '{"Endpoints": {"docker": {"Host": "ssh://lab-machine"}}}',
  };
  t.like(engineAddress(facts({}, files)), {
    kind: 'ssh',
    destination: 'lab-machine',
    source: 'the context "lab"',
    chosen: true,
  });
  t.like(engineAddress(facts({ DOCKER_CONTEXT: 'default' }, files)), { kind: 'unix', chosen: false });
  t.like(engineAddress(facts({ DOCKER_HOST: 'tcp://near' }, files)), { kind: 'tcp', host: 'near' });
  t.like(engineAddress(facts({}, { '/home/u/.docker/config.json': 'not JSON' })), { kind: 'unix' });
});
