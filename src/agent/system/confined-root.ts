import { copyFileSync, existsSync, lstatSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import koffi from 'koffi';
import type { FrrPrograms, Programs } from '../../protocol/messages.js';
import { systemError } from './kernel.js';

/** Where the agent keeps them, in the lab's own `/run`; the first process of each node stands in one of them. */
const ROOTS_FOLDER = '/run/nearcast';
/** The name of the one for programs of the machine's own release. */
export const MACHINE_ROOT = 'root';
export const machineRoot = join(ROOTS_FOLDER, MACHINE_ROOT);

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

/** The root folder of the daemons of an FRRouting. */
export function confinedRootOf(programs: Programs, frr: FrrPrograms): string {
  const { root } = frr.ownSystem ?? {};
  return root === undefined ? machineRoot : `${machineRoot}-${String(ownRoots(programs).indexOf(root))}`;
}

/** The copies of other releases that a lab runs, each once. */
function ownRoots(programs: Programs): readonly string[] {
  const roots = [programs, ...Object.values(programs.frrOf ?? {})].flatMap(({ ownSystem }) => ownSystem?.root ?? []);
  return [...new Set(roots)];
}

/** Makes the root folders of a lab: that of the machine's programs, and one for each FRRouting with its own libc. */
export function makeConfinedRoots(programs: Programs): void {
  const all = [programs, ...Object.values(programs.frrOf ?? {})];
  const machine = all.filter(({ ownSystem }) => ownSystem === undefined);
  makeConfinedRoot(machineRoot, {
    from: '',
    folders: [...machine.map(({ daemonsDir }) => daemonsDir), ...(programs.libraryPath?.split(':') ?? [])],
    files: [...new Set([...machine.map(({ vtysh }) => vtysh), ...(programs.serverPrograms ?? [])])],
  });
  for (const root of ownRoots(programs)) {
    const frr = all.find(({ ownSystem }) => ownSystem?.root === root) ?? programs;
    makeConfinedRoot(confinedRootOf(programs, frr), {
      from: root,
      folders: ['/usr/share/yang'],
      files: [frr.vtysh.slice(root.length)],
    });
  }
}

/** What of a system is in a root folder besides its libraries. */
interface Shown {
  /** Where the system is: empty, or the folder of a copy. */
  readonly from: string;
  readonly folders: readonly string[];
  readonly files: readonly string[];
}

/**
 * Makes the root folder of every FRR daemon of a lab, and of the vtysh that feeds them lines of the file: FRR, the
 * libraries, the kernel's settings of a network, and nothing else of the machine, all but the last read-only. There are
 * no processes in its `/proc`, whose roots would lead out. A node puts its own folder over `/run/nearcast`: that, and
 * the node's sysctls, is all that they can write.
 */
function makeConfinedRoot(root: string, { from, folders, files }: Shown): void {
  const mounts = loadMounts();
  const inside = (path: string): string => join(root, path);
  for (const folder of ['dev', 'etc', 'proc/sys/net', 'run/nearcast', 'var/lib'])
    mkdirSync(inside(folder), { recursive: true });
  mounts.bind(root, root);
  symlinkSync('nearcast/frr', inside('run/frr'));
  symlinkSync('/run', inside('var/run'));
  // Where newer daemons keep what outlives them: here nothing outlives its node.
  symlinkSync('/run/nearcast/tmp', inside('var/lib/frr'));
  // mgmtd takes no word for where the lines of those daemons are that it configures.
  symlinkSync('/run/nearcast', inside('etc/frr'));
  writeFileSync(inside('etc/passwd'), 'root:x:0:0:root:/:/bin/false\n');
  writeFileSync(inside('etc/group'), ['root', 'frr', 'frrvty'].map((name) => `${name}:x:0:root\n`).join(''));
  writeFileSync(inside('etc/nsswitch.conf'), 'passwd: files\ngroup: files\n');
  // The libraries of a copy are in no cache of the machine's.
  for (const file of [...(from === '' ? ['/etc/ld.so.cache'] : []), '/etc/localtime'])
    if (existsSync(file)) copyFileSync(file, inside(file));
  const shown: string[] = [];
  for (const folder of LIBRARY_FOLDERS) {
    const found = lstatSync(join(from, folder), { throwIfNoEntry: false });
    if (found?.isSymbolicLink() === true) symlinkSync(readlinkSync(join(from, folder)), inside(folder));
    else if (found?.isDirectory() === true) show(folder);
    // Packages that were unpacked, not installed, lack the links from /lib into /usr that others expect.
    else if (existsSync(join(from, 'usr', folder))) symlinkSync(`usr${folder}`, inside(folder));
  }
  for (const folder of folders) {
    if (existsSync(join(from, folder)) && !shown.some((each) => folder === each || folder.startsWith(`${each}/`)))
      show(folder);
  }
  // Never a file that is there: it would be that of the machine, seen through a mount.
  const bindFile = (source: string, file: string): void => {
    mkdirSync(inside(dirname(file)), { recursive: true });
    writeFileSync(inside(file), '', { flag: 'wx' });
    mounts.bind(source, inside(file));
  };
  for (const file of files) bindFile(join(from, file), file);
  bindFile('/dev/null', '/dev/null');
  // A private copy of FRR may lie in one of them, where a user has no other home: there daemons find only that.
  for (const path of ['tmp', 'var/tmp'].filter((each) => !existsSync(inside(each))))
    symlinkSync('/run/nearcast/tmp', inside(path));
  mounts.bind('/proc/sys/net', inside('proc/sys/net'));
  for (const file of files) mounts.makeReadOnly(inside(file));
  // Not what is mounted below it: the node's own settings stay its own to change.
  mounts.makeReadOnly(root, 'this one');

  function show(folder: string): void {
    mkdirSync(inside(folder), { recursive: true });
    mounts.bind(join(from, folder), inside(folder));
    mounts.makeReadOnly(inside(folder));
    shown.push(folder);
  }
}

/** Mounts folders and files. */
export interface Mounts {
  bind(from: string, to: string): void;
  makeReadOnly(path: string, which?: 'all below' | 'this one'): void;
}

/** Loads the calls for it. */
export function loadMounts(): Mounts {
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
