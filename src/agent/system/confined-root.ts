import { copyFileSync, existsSync, lstatSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import koffi from 'koffi';
import type { Programs } from '../../protocol/messages.js';
import { systemError } from './kernel.js';

/** Where the agent keeps it, in the lab's own `/run`; the first process of each node stands in it. */
export const CONFINED_ROOT = '/run/nearcast/root';

const MS = { readOnly: 0x1, noSetuid: 0x2, noDevices: 0x4, remount: 0x20, bind: 0x1000, recursive: 0x4000 } as const;
const MOUNT_ATTR = { readOnly: 0x1, noSetuid: 0x2, noDevices: 0x4 } as const;
const SYS_MOUNT_SETATTR = 442;
const AT_FDCWD = -100;
const AT_RECURSIVE = 0x8000;

/** Where shared libraries are; on most machines some of these are links to others. */
const LIBRARY_FOLDERS = [
  '/usr/lib',
  '/usr/lib32',
  '/usr/lib64',
  '/usr/libx32',
  '/usr/local/lib',
  '/usr/local/lib64',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
];

/**
 * Makes the root folder of every FRR daemon of a lab, and of the vtysh that feeds them lines of the file: FRR, the
 * libraries, the kernel's settings of a network, and nothing else of the machine, all but the last read-only. There are
 * no processes in its `/proc`, whose roots would lead out. A node puts its own folder over `/run/nearcast`: that, and
 * the node's sysctls, is all that they can write.
 */
export function makeConfinedRoot(programs: Programs): void {
  const mounts = loadMounts();
  const inside = (path: string): string => join(CONFINED_ROOT, path);
  for (const folder of ['dev', 'etc', 'proc/sys/net', 'run/nearcast', 'var'])
    mkdirSync(inside(folder), { recursive: true });
  mounts.bind(CONFINED_ROOT, CONFINED_ROOT);
  symlinkSync('nearcast/frr', inside('run/frr'));
  symlinkSync('/run', inside('var/run'));
  writeFileSync(inside('etc/passwd'), 'root:x:0:0:root:/:/bin/false\n');
  writeFileSync(inside('etc/group'), ['root', 'frr', 'frrvty'].map((name) => `${name}:x:0:root\n`).join(''));
  writeFileSync(inside('etc/nsswitch.conf'), 'passwd: files\ngroup: files\n');
  for (const file of ['/etc/ld.so.cache', '/etc/localtime']) if (existsSync(file)) copyFileSync(file, inside(file));
  const shown: string[] = [];
  for (const folder of LIBRARY_FOLDERS) {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found?.isSymbolicLink() === true) symlinkSync(readlinkSync(folder), inside(folder));
    else if (found?.isDirectory() === true) show(folder);
  }
  for (const folder of [programs.daemonsDir, ...(programs.libraryPath?.split(':') ?? [])]) {
    if (existsSync(folder) && !shown.some((each) => folder === each || folder.startsWith(`${each}/`))) show(folder);
  }
  const { serverPrograms: servers = [] } = programs;
  for (const file of [programs.vtysh, ...servers, '/dev/null']) {
    mkdirSync(inside(dirname(file)), { recursive: true });
    writeFileSync(inside(file), '');
    mounts.bind(file, inside(file));
  }
  // A private copy of FRR may lie in one of them, where a user has no other home: there daemons find only that.
  for (const path of ['tmp', 'var/tmp'].filter((each) => !existsSync(inside(each))))
    symlinkSync('/run/nearcast/tmp', inside(path));
  mounts.bind('/proc/sys/net', inside('proc/sys/net'));
  for (const file of [programs.vtysh, ...servers]) mounts.makeReadOnly(inside(file));
  // Not what is mounted below it: the node's own settings stay its own to change.
  mounts.makeReadOnly(CONFINED_ROOT, 'this one');

  function show(folder: string): void {
    mkdirSync(inside(folder), { recursive: true });
    mounts.bind(folder, inside(folder));
    mounts.makeReadOnly(inside(folder));
    shown.push(folder);
  }
}

interface Mounts {
  bind(from: string, to: string): void;
  makeReadOnly(path: string, which?: 'all below' | 'this one'): void;
}

function loadMounts(): Mounts {
  const libc = koffi.load('libc.so.6');
  const mount = libc.func(
    'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *data)',
  ) as (...args: unknown[]) => number;
  const mountSetattr = libc.func(
    'long syscall(long number, long folder, const char *path, long flags, void *attributes, long size)',
  ) as (...args: unknown[]) => number;
  const checked = (name: string, result: number): void => {
    if (result < 0) throw systemError(name);
  };
  return {
    bind(from, to) {
      // With what is mounted below it: a user namespace may not take that away from what it covers.
      checked(`bind ${from}`, mount(from, to, null, MS.bind | MS.recursive, null));
    },
    makeReadOnly(path, which = 'all below') {
      const attributes = Buffer.alloc(32);
      attributes.writeBigUInt64LE(BigInt(MOUNT_ATTR.readOnly | MOUNT_ATTR.noSetuid | MOUNT_ATTR.noDevices), 0);
      if (
        which === 'all below' &&
        mountSetattr(SYS_MOUNT_SETATTR, AT_FDCWD, path, AT_RECURSIVE, attributes, attributes.length) === 0
      )
        return;
      // Kernels before 5.12 have no call for all at once.
      checked(
        `make ${path} read-only`,
        mount(null, path, null, MS.remount | MS.bind | MS.readOnly | MS.noSetuid | MS.noDevices, null),
      );
    },
  };
}
