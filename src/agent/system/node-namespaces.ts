import { openSync } from 'node:fs';
import koffi from 'koffi';
import { loadMounts } from './confined-root.js';
import { systemError, type NetNamespace } from './kernel.js';

const CLONE_NEWNS = 0x2_0000;
const CLONE_NEWUTS = 0x400_0000;
const CLONE_NEWPID = 0x2000_0000;

/** What the first process of a node finds. */
interface NodePlace {
  readonly namespace: NetNamespace;
  readonly hostName: string;
  /** Folders that lie over others there, in this order: what is below them, and over what. */
  readonly mounts: readonly (readonly [source: string, target: string])[];
  /** The folder that it begins in, by its path before these mounts. */
  readonly folder: string;
}

/** Makes the namespaces that the processes of a node have of their own. */
export interface NodeNamespaces {
  /**
   * Runs `birth`, which must be synchronous, with the main thread in new mount, UTS and PID namespaces. The first process that it
   * starts is process 1 of the last; all three end with it.
   */
  around<T>(place: NodePlace, birth: () => T): T;
}

/** Loads what is needed for it. Where the main thread is meanwhile, other threads of the agent are not. */
export function loadNodeNamespaces(): NodeNamespaces {
  const libc = koffi.load('libc.so.6');
  const call = (name: string, signature: string): ((...args: unknown[]) => void) => {
    const entry = libc.func(signature) as (...args: unknown[]) => number;
    return (...args) => {
      if (entry(...args) < 0) throw systemError(name);
    };
  };
  const unshare = call('unshare', 'int unshare(int flags)');
  const setns = call('setns', 'int setns(int fd, int nstype)');
  const sethostname = call('sethostname', 'int sethostname(const char *name, size_t length)');
  // Not Node's own, which remembers where it was.
  const chdir = call('chdir', 'int chdir(const char *path)');
  const fchdir = call('fchdir', 'int fchdir(int fd)');
  const chroot = call('chroot', 'int chroot(const char *path)');
  const mounts = loadMounts();
  const root = openSync('/', 'r');
  const home = ['mnt', 'uts', 'pid'].map((name) => openSync(`/proc/thread-self/ns/${name}`, 'r'));
  const goHome = (): void => {
    for (const descriptor of home) setns(descriptor, 0);
    // With its mount namespace a thread gets the root folder of that (setns(2)), which is another where the agent began in a chroot.
    fchdir(root);
    chroot('.');
  };
  return {
    around({ namespace, hostName, mounts: wanted, folder }, birth) {
      return namespace.run(() => {
        unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWPID);
        try {
          sethostname(hostName, Buffer.byteLength(hostName));
          chdir(folder);
          for (const [source, target] of wanted) mounts.bind(source, target);
          return birth();
        } finally {
          goHome();
        }
      });
    },
  };
}
