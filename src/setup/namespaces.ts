import { existsSync } from 'node:fs';
import { LabError } from '../errors.js';
import { readTextIfAny } from './machine.js';
import { run } from './run.js';

/** What decides whether a user may make namespaces. */
export interface NamespaceFacts {
  readonly uid: number;
  /** Debian's own switch; undefined where the kernel has none. */
  readonly unprivilegedUsernsClone: string | undefined;
  readonly maxUserNamespaces: string | undefined;
  /** Ubuntu's AppArmor switch; undefined where the kernel has none. */
  readonly apparmorRestrict: string | undefined;
  readonly inContainer: boolean;
}

/** Reads what decides whether a user may make namespaces. A few small files, no process. */
export function readNamespaceFacts(): NamespaceFacts {
  const read = (path: string): string | undefined => readTextIfAny(path)?.trim();
  return {
    uid: process.getuid?.() ?? 0,
    unprivilegedUsernsClone: read('/proc/sys/kernel/unprivileged_userns_clone'),
    maxUserNamespaces: read('/proc/sys/user/max_user_namespaces'),
    apparmorRestrict: read('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
    inContainer: existsSync('/.dockerenv') || existsSync('/run/.containerenv') || existsSync('/run/systemd/container'),
  };
}

/** The namespaces of a lab, as unshare's words; root needs no user namespace. */
export function unshareWords(uid: number): readonly string[] {
  const userNamespace = uid === 0 ? [] : ['--user', '--map-root-user'];
  return [...userNamespace, '--mount', '--net', '--pid', '--fork', '--mount-proc', '--kill-child'];
}

/** Makes the namespaces of a lab for a moment. Throws NAMESPACES_UNAVAILABLE, with what would help. */
export async function proveNamespaces(signal?: AbortSignal): Promise<void> {
  const facts = readNamespaceFacts();
  const { ok, lines } = await run(['unshare', ...unshareWords(facts.uid), 'true'], { signal });
  if (!ok) throw explainUnshareFailure(lines.join('\n'), facts);
}

interface Explanation {
  readonly because: string;
  readonly hint: string;
}

/**
 * Why unshare failed, and how to repair it, from what it printed and the machine's settings. Called only after a failure:
 * trying is the one sure test.
 */
export function explainUnshareFailure(stderr: string, facts: NamespaceFacts): LabError {
  const said = stderr.trim();
  const cause = new Error(said === '' ? 'unshare printed nothing' : said);
  if (/(?:ENOENT|command not found|No such file or directory.*unshare)/.test(said)) {
    const hint = 'sudo apt-get install util-linux';
    return new LabError('PROGRAM_MISSING', 'The program unshare (util-linux) is not on this machine', { cause, hint });
  }
  const { because, hint } = findReason(said, facts);
  return new LabError('NAMESPACES_UNAVAILABLE', `A lab needs namespaces of its own, and ${because}`, { cause, hint });
}

function findReason(said: string, facts: NamespaceFacts): Explanation {
  const asUser = facts.uid !== 0;
  if (asUser && facts.unprivilegedUsernsClone === '0') {
    return {
      because: 'this kernel lets only root create user namespaces (kernel.unprivileged_userns_clone is 0)',
      hint: persistently('kernel.unprivileged_userns_clone', '1'),
    };
  }
  if (asUser && (facts.maxUserNamespaces === '0' || /No space left on device/.test(said))) {
    const limit = facts.maxUserNamespaces ?? 'too low';
    return {
      because: `the limit of user namespaces is reached (user.max_user_namespaces is ${limit})`,
      hint: persistently('user.max_user_namespaces', '15000'),
    };
  }
  if (asUser && facts.apparmorRestrict === '1') {
    return {
      because:
        'AppArmor forbids user namespaces to ordinary programs (kernel.apparmor_restrict_unprivileged_userns is 1)',
      hint: persistently('kernel.apparmor_restrict_unprivileged_userns', '0'),
    };
  }
  if (/mount (?:of )?\/?proc|mount proc/i.test(said)) {
    return {
      because: 'a fresh /proc may not be mounted: parts of this one are masked, as containers do',
      hint: `it works outside of containers; for a container: docker run ${containerWords(asUser)}`,
    };
  }
  if (facts.inContainer) {
    return {
      because: 'this container may not create any',
      hint: `docker run ${containerWords(asUser)}`,
    };
  }
  if (!asUser) {
    return {
      because: 'this root lacks the capability CAP_SYS_ADMIN',
      hint: 'run nearcast as an ordinary user, or as a root with all capabilities (capsh --print shows them)',
    };
  }
  return {
    because: `this user may not create any: ${said === '' ? 'unshare failed' : said}`,
    hint: 'a chroot or a sandbox forbids them: run nearcast outside of it, or as root (sudo)',
  };
}

/** A setting that holds now and after the next start. */
function persistently(name: string, value: string): string {
  const setting = `${name}=${value}`;
  return `sudo sysctl -w ${setting}  (to keep it: echo ${setting} | sudo tee /etc/sysctl.d/90-nearcast.conf)`;
}

function containerWords(asUser: boolean): string {
  const open = ['seccomp=unconfined', 'apparmor=unconfined', 'systempaths=unconfined'];
  const capabilities = asUser ? [] : ['--cap-add SYS_ADMIN', '--cap-add NET_ADMIN', '--cap-add NET_RAW'];
  return [...open.map((word) => `--security-opt ${word}`), ...capabilities, '...'].join(' ');
}
