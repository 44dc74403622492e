import { readFileSync } from 'node:fs';

/** What the machine has kept its processes from, in all, since it started. */
export interface MachineLoad {
  readonly stealMs: number;
  /** Some process waited for a CPU (PSI, `some`); null where this kernel does not count it. */
  readonly cpuPressureMs: number | null;
}

/** `/proc/stat` counts in hundredths of a second, whatever the kernel's own tick is. */
const TICK_MS = 10;

/** Reads the counters as they are now. */
export function machineLoad(): MachineLoad {
  const [, , , , , , , , steal = '0'] = (/^cpu .*$/m.exec(read('/proc/stat'))?.[0] ?? '').split(/\s+/);
  const pressure = /^some .*total=(\d+)/m.exec(read('/proc/pressure/cpu'))?.[1];
  return { stealMs: Number(steal) * TICK_MS, cpuPressureMs: pressure === undefined ? null : Number(pressure) / 1000 };
}

/** What was added between two readings. */
export function loadBetween(from: MachineLoad, to: MachineLoad): MachineLoad {
  return {
    stealMs: to.stealMs - from.stealMs,
    cpuPressureMs:
      from.cpuPressureMs === null || to.cpuPressureMs === null
        ? null
        : Math.round((to.cpuPressureMs - from.cpuPressureMs) * 10) / 10,
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A kernel without PSI has no such file.
    return '';
  }
}
