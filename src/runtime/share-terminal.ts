import { spawnSync } from 'node:child_process';
import type { Duplex } from 'node:stream';
import type { TerminalSize } from './runtime.js';

/** Ends what a program is shown in: its window, or whoever started it. */
const ENDINGS = ['SIGHUP', 'SIGTERM'] as const;

/** Whether this process has a terminal for what a program reads, and for what it writes. */
export function isInTerminal(): boolean {
  return process.stdin.isTTY && process.stdout.isTTY;
}

/**
 * Shows a program in this process's terminal: every key is the program's, Ctrl-C too, and it learns of a new size. Where the
 * terminal goes, `leave` is called. What undoes all that is returned.
 */
export function shareTerminal(stream: Duplex, resize: (size: TerminalSize) => void, leave: () => void): () => void {
  const { stdin, stdout } = process;
  const resized = (): void => {
    resize({ columns: stdout.columns, rows: stdout.rows });
  };
  stdin.setRawMode(true);
  // Node's raw mode still has each line of the program begin at the left; its own terminal has done that where it is wanted.
  spawnSync('stty', ['-opost'], { stdio: 'inherit' });
  stdin.pipe(stream);
  stream.pipe(stdout, { end: false });
  stdout.on('resize', resized);
  for (const name of ENDINGS) process.on(name, leave);
  resized();
  return () => {
    for (const name of ENDINGS) process.off(name, leave);
    stdout.off('resize', resized);
    stdin.unpipe(stream);
    stdin.setRawMode(false);
    stdin.pause();
  };
}
