import test from 'ava';
import { mayPass, parseDownloadLine, parsePackageFileName, pickReasons } from '../../../src/setup/apt.js';

test('a package that apt downloads', (t) => {
  t.deepEqual(
    parseDownloadLine('Get:5 http://mirror.example/debian bookworm/main amd64 frr amd64 8.4.4-1.1~deb12u2 [3855 kB]'),
    { name: 'frr', version: '8.4.4-1.1~deb12u2', size: '3855 kB' },
  );
});

test('indexes and other lines are no packages', (t) => {
  for (const line of [
    'Get:4 http://mirror.example/debian bookworm/main amd64 Packages [8790 kB]',
    'Get:1 http://mirror.example/debian bookworm InRelease [151 kB]',
    'Fetched 9415 kB in 1s (11.5 MB/s)',
    'Reading package lists...',
    '',
  ]) {
    t.is(parseDownloadLine(line), undefined, line);
  }
});

test('the name and version of a package file', (t) => {
  t.deepEqual(parsePackageFileName('bind9-libs_1%3a9.18.49-1~deb12u3_amd64.deb'), {
    name: 'bind9-libs',
    version: '1:9.18.49-1~deb12u3',
  });
  t.is(parsePackageFileName('partial'), undefined);
  t.is(parsePackageFileName('lock'), undefined);
});

test('the reasons are what apt marks as errors', (t) => {
  const lines = [
    'Reading package lists...',
    'W: old',
    'E: Unable to locate package frr',
    'E: Unable to locate package frr',
  ];
  t.deepEqual(pickReasons(lines), ['E: Unable to locate package frr']);
  t.deepEqual(pickReasons(['W: a warning', 'progress']), ['W: a warning']);
  const refused = [
    'Err:1 http://mirror.example bookworm InRelease',
    '  Could not connect to mirror.example',
    'Reading package lists...',
  ];
  t.deepEqual(pickReasons(refused), [
    'Err:1 http://mirror.example bookworm InRelease Could not connect to mirror.example',
  ]);
  t.deepEqual(pickReasons(['one', '', 'two']), ['one', 'two']);
  t.deepEqual(pickReasons([]), []);
});

test('a busy mirror may do better at the next attempt; a package that is not offered, or no network at all, will not', (t) => {
  t.true(mayPass(['E: Failed to fetch http://mirror.example/frr.deb  503  Service Unavailable [IP: 192.0.2.1 80]']));
  t.true(mayPass(['E: Failed to fetch http://mirror.example/Packages.xz  Hash Sum mismatch']));
  t.false(mayPass(['E: Unable to locate package frr']));
  t.false(mayPass(["E: Failed to fetch http://mirror.example/frr.deb  Temporary failure resolving 'mirror.example'"]));
  t.false(mayPass([]));
});
