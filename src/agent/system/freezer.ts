import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where a container sees the state of its own control group, by the version of control groups, and what is said there
 * of a frozen one.
 */
const states = [
  { file: 'sys/fs/cgroup/freezer/freezer.state', frozen: /^FROZEN$/m },
  { file: 'sys/fs/cgroup/cgroup.events', frozen: /^frozen 1$/m },
] as const;

/**
 * Says whether an engine has paused a container, which a signal that stops its processes does not. `root` is the
 * container's root folder.
 */
export function freezerOf(root: string): () => boolean {
  const state = states.find(({ file }) => existsSync(join(root, file)));
  return () => {
    try {
      return state?.frozen.test(readFileSync(join(root, state.file), 'utf8')) === true;
    } catch {
      // It ended between two looks.
      return false;
    }
  };
}
