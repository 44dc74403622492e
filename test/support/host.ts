import { readdirSync, readFileSync } from 'node:fs';
import { execaSync } from 'execa';

export interface FoundProcess {
  readonly pid: number;
  readonly name: string;
  readonly command: string;
}

/**
 * Every process whose environment names this state folder: a lab's processes inherit it from the command that made the
 * lab, through all namespaces. Those that ended and wait to be reaped have no environment, and do not count.
 */
export function processesOf(stateFolder: string): readonly FoundProcess[] {
  const mark = `NEARCAST_STATE_DIR=${stateFolder}\0`;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, 'latin1');
        if (!environment.includes(mark)) return [];
        const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
          .replaceAll(/[\0\s]+/g, ' ')
          .trim();
        return [{ pid: Number(pid), name: readFileSync(`/proc/${pid}/comm`, 'latin1').trim(), command }];
      } catch {
        // It ended between two looks, or is somebody else's.
        return [];
      }
    });
}

/** What a lab could leave on the host, outside of its own processes and folder. */
export interface HostFootprint {
  readonly interfaces: readonly string[];
  readonly mounts: readonly string[];
}

export function hostFootprint(): HostFootprint {
  return {
    // An ordinary user cannot make an interface here: one that comes meanwhile is somebody else's.
    interfaces: process.getuid?.() === 0 ? interfacesHere() : [],
    // Mounts of an engine, also of one that a test starts in its folder `engine`, are those of everybody's containers; ours are
    // found by their labels.
    mounts: readFileSync('/proc/self/mounts', 'utf8')
      .trimEnd()
      .split('\n')
      .filter((mount) => !/^\S+ \S*\/(?:overlay2|docker|engine)\//.test(mount)),
  };
}

function interfacesHere(): readonly string[] {
  const { stdout } = execaSync('ip', ['-o', 'link'], { timeout: 20_000 });
  return stdout.split('\n').map((line) => line.split(':')[1]?.trim() ?? '');
}

/** What is on the host now and was not before. */
export function footprintBeyond(before: HostFootprint, now: HostFootprint): readonly string[] {
  return [
    ...now.interfaces.filter((name) => !before.interfaces.includes(name)).map((name) => `interface ${name}`),
    ...now.mounts.filter((mount) => !before.mounts.includes(mount)).map((mount) => `mount ${mount}`),
  ];
}
