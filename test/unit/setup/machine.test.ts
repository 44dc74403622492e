import test from 'ava';
import { chooseCacheFolder, privateCopyName } from '../../../src/setup/cache.js';
import { checkMemory, checkNode, isFit } from '../../../src/setup/doctor.js';
import { draftName, parseDraftOwner } from '../../../src/setup/drafts.js';
import { frrProduct } from '../../../src/setup/frr.js';
import { parseManifest, toPrivateCopy } from '../../../src/setup/manifest.js';
import { serverProducts } from '../../../src/setup/servers.js';
import { installCommand, isDebianLike, parseOsRelease } from '../../../src/setup/os-release.js';
import { explainLoadFailure, parseVersion, parseMissingLibrary } from '../../../src/setup/prove.js';

const ubuntu = parseOsRelease(
  'NAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\nPRETTY_NAME="Ubuntu 24.04 LTS"\n',
);

test('os-release of known distributions', (t) => {
  t.deepEqual(ubuntu, {
    id: 'ubuntu',
    like: ['debian'],
    release: '24.04',
    codename: undefined,
    prettyName: 'Ubuntu 24.04 LTS',
  });
  const testing = parseOsRelease("ID=debian\nVERSION_CODENAME=forky\nPRETTY_NAME='Debian forky/sid'");
  t.deepEqual(testing, { id: 'debian', like: [], release: 'forky', codename: 'forky', prettyName: 'Debian forky/sid' });
});

test('os-release with nothing, comments, escapes', (t) => {
  t.deepEqual(parseOsRelease(''), {
    id: 'linux',
    like: [],
    release: 'rolling',
    codename: undefined,
    prettyName: 'linux',
  });
  const odd = parseOsRelease('# ID=no\n  ID=odd \nPRETTY_NAME="say \\"hi\\""\nnonsense\n');
  t.is(odd.id, 'odd');
  t.is(odd.prettyName, 'say "hi"');
});

test('where packages come from', (t) => {
  t.true(isDebianLike(ubuntu));
  t.true(isDebianLike(parseOsRelease('ID=linuxmint\nID_LIKE="ubuntu debian"')));
  t.false(isDebianLike(parseOsRelease('ID=fedora')));
  t.is(installCommand(ubuntu, 'frr'), 'sudo apt-get install frr');
  t.is(installCommand(parseOsRelease('ID=rocky\nID_LIKE="rhel centos fedora"'), 'frr'), 'sudo dnf install frr');
  t.is(installCommand(parseOsRelease('ID=plan9'), 'frr'), undefined);
});

test('the cache folder follows the environment, and ignores what is relative', (t) => {
  const path = (env: Record<string, string>): string => chooseCacheFolder(env, 7).path;
  t.is(path({ HOME: '/home/u' }), '/home/u/.cache/nearcast');
  t.is(path({ HOME: '/home/u', XDG_CACHE_HOME: '/x' }), '/x/nearcast');
  t.is(path({ HOME: '/home/u', XDG_CACHE_HOME: 'x' }), '/home/u/.cache/nearcast');
  t.is(path({ HOME: '/home/u', XDG_CACHE_HOME: '/x', NEARCAST_CACHE_DIR: '/n' }), '/n/nearcast');
});

test('without a home the cache is in a place of this user, which must be its own', (t) => {
  t.deepEqual(chooseCacheFolder({ TMPDIR: '/t' }, 7), { path: '/t/nearcast-cache-7', mustBeOwn: true });
  t.false(chooseCacheFolder({ HOME: '/home/u' }, 7).mustBeOwn);
  t.deepEqual(
    chooseCacheFolder({}, 7, '/home/u'),
    { path: '/home/u/.cache/nearcast', mustBeOwn: false },
    'without HOME, what the password file says',
  );
  t.is(chooseCacheFolder({ HOME: '/home/other' }, 7, '/home/u').path, '/home/other/.cache/nearcast');
});

test('a private copy is named after what its libraries depend on', (t) => {
  t.is(privateCopyName('frr', ubuntu, 'x64', []), 'frr-ubuntu-24.04-x64');
  t.is(privateCopyName('frr', { ...ubuntu, release: '../x' }, 'arm64', ['iproute2']), 'frr-ubuntu-.._x-arm64-iproute2');
});

test('a draft names its maker', (t) => {
  const owner = parseDraftOwner(draftName('frr-debian-12-x64'));
  t.is(owner?.pid, process.pid);
  t.is(parseDraftOwner('frr-debian-12-x64'), undefined);
  t.is(parseDraftOwner('frr.draft-x_1_2_ab'), undefined);
});

const manifest = {
  format: 1,
  version: '8.4.4',
  packages: ['frr 8.4.4'],
  libraryDirs: ['usr/lib/a', 'usr/lib/a/frr'],
  binDirs: ['usr/bin'],
};

test('a manifest leads to a copy', (t) => {
  const parsed = parseManifest(JSON.stringify(manifest));
  t.deepEqual(parsed && toPrivateCopy('/c', parsed), {
    folder: '/c',
    version: '8.4.4',
    libraryPath: '/c/usr/lib/a:/c/usr/lib/a/frr',
    binDirs: ['/c/usr/bin'],
  });
});

test('anything else is no manifest', (t) => {
  const others = [
    undefined,
    '',
    '{',
    'null',
    '[]',
    JSON.stringify({ ...manifest, format: 2 }),
    JSON.stringify({ ...manifest, binDirs: [1] }),
  ];
  for (const text of others) t.is(parseManifest(text), undefined, text);
});

test('what is missing of a product is said under its own name', (t) => {
  const error = explainLoadFailure(serverProducts.nsd.product, 'nsd', ['Permission denied']);
  t.is(error.code, 'SERVER_UNAVAILABLE');
  t.is(error.message, 'nsd does not run here: Permission denied');
});

test('what FRR and the dynamic loader say', (t) => {
  t.is(parseVersion(['zebra version 8.4.4', 'Copyright 1996']), '8.4.4');
  t.is(parseVersion(['NSD version 4.6.1', 'Written by NLnet Labs.']), '4.6.1');
  t.is(parseVersion(['Version 1.17.1', '', 'Configure line: --prefix=/usr']), '1.17.1');
  t.is(parseVersion(['FRRouting 10', 'nothing']), undefined);
  const loader = [
    'zebra: error while loading shared libraries: libyang.so.2: cannot open shared object file: No such file',
  ];
  t.is(parseMissingLibrary(loader), 'libyang.so.2');
  t.is(
    explainLoadFailure(frrProduct, 'zebra', loader).message,
    'zebra needs the library libyang.so.2, which this machine lacks',
  );
  t.is(
    explainLoadFailure(frrProduct, 'zebra', ['Permission denied']).message,
    'zebra does not run here: Permission denied',
  );
});

test('what the doctor judges', (t) => {
  t.is(checkNode('20.19.0').status, 'ok');
  t.is(checkNode('22.0.0').status, 'ok');
  t.is(checkNode('20.18.9').status, 'missing');
  t.is(checkMemory('MemTotal: 1 kB\nMemAvailable:    8388608 kB\n').found, '8192 MB available');
  t.is(checkMemory('MemAvailable:    102400 kB\n').status, 'warning');
  t.is(checkMemory('').status, 'warning');
  t.true(isFit([{ name: 'a', status: 'warning', found: '' }]));
  t.false(isFit([{ name: 'a', status: 'missing', found: '' }]));
});
