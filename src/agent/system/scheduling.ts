import { readdirSync } from 'node:fs';
import koffi from 'koffi';

/** By Node's names of architectures (syscalls(2)): the C library has no word for it before 2.41. */
const SCHED_SETATTR: Readonly<Record<string, number>> = { x64: 314, arm64: 274, riscv64: 274, arm: 380, ia32: 351 };
const ATTRIBUTE_BYTES = 48;
const RESET_ON_FORK = 1n;
const NICE = -10;
const SLICE_NS = 100_000n;

type Call = (...args: unknown[]) => number;

/**
 * Has the kernel run the threads of this process soon after they wake, where the machine is busy: probes that leave
 * late are noise. Processes that they start are as they would be, and so is the lab as a whole beside everything else
 * on the machine: where the kernel shares the CPU out by sessions first (sched(7), autogroups), niceness counts within
 * a session alone. Root alone may ask for all of it, others for less.
 */
export function runPromptly(): void {
  const number = SCHED_SETATTR[process.arch];
  if (number === undefined) return;
  const syscall = koffi
    .load('libc.so.6')
    .func('long syscall(long number, int thread, void *attributes, unsigned int flags)') as Call;
  const attributes = Buffer.alloc(ATTRIBUTE_BYTES);
  attributes.writeUInt32LE(ATTRIBUTE_BYTES, 0);
  attributes.writeBigUInt64LE(RESET_ON_FORK, 8);
  attributes.writeBigUInt64LE(SLICE_NS, 24);
  for (const thread of readdirSync('/proc/self/task')) {
    for (const nice of [NICE, 0]) {
      attributes.writeInt32LE(nice, 16);
      if (syscall(number, Number(thread), attributes, 0) === 0) break;
    }
  }
}
