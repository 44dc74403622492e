import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync, readFileSync, readSync, write } from 'node:fs';
import { Duplex } from 'node:stream';
import { ReadStream } from 'node:tty';
import { setTimeout as sleep } from 'node:timers/promises';
import koffi from 'koffi';
import { LabError } from '../../errors.js';
import { exitStatusOf, type Program } from '../../support/run-program.js';
import type { Terminal, TerminalSize } from '../runtime.js';

// asm-generic/ioctls.h
const TCGETS = 0x5401;
const TCSETS = 0x5402;
const TIOCSPTLCK = 0x4004_5431;
const TIOCGPTN = 0x8004_5430;
const TIOCSWINSZ = 0x5414;
const TIOCGSID = 0x5429;
const O_CLOEXEC = 0o2_000_000;
/** More than a kernel's struct termios. */
const SETTINGS_BYTES = 64;
const READ_BYTES = 4096;
/** A program that does not read its keys is asked again so often. */
const RETRY_MS = 10;
/** The session in proc(5), /proc/PID/stat, counted after the name of the program. */
const SESSION_FIELD = 3;

/** A program in a pseudo-terminal (pty(7)) of this process. */
export interface OwnTerminal extends Terminal {
  readonly exitStatus: Promise<number>;
  /** As if the terminal were closed: a program that ignores that goes on. */
  hangUp(): void;
}

/** Runs a program, which begins a session of its own, in a terminal with the settings of another one, where it is given. */
export function runInTerminal({ command, args, env }: Program, size: TerminalSize, like?: number): OwnTerminal {
  const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;
  const master = openSync('/dev/ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  const ask = controlOf(master);
  const resize = ({ columns, rows }: TerminalSize): void => {
    const request = Buffer.alloc(8);
    request.writeUInt16LE(rows, 0);
    request.writeUInt16LE(columns, 2);
    ask(TIOCSWINSZ, request);
  };
  const number = Buffer.alloc(4);
  ask(TIOCSPTLCK, Buffer.alloc(4));
  ask(TIOCGPTN, number);
  resize(size);
  const slave = openSync(`/dev/pts/${String(number.readUInt32LE())}`, O_RDWR | O_NOCTTY);
  if (like !== undefined) {
    const settings = Buffer.alloc(SETTINGS_BYTES);
    controlOf(like)(TCGETS, settings);
    controlOf(slave)(TCSETS, settings);
  }
  const child = spawn(command, [...args], { stdio: [slave, slave, slave], env, detached: true });
  closeSync(slave);
  const exitStatus = exitStatusOf(child);
  const { stream, finish } = streamOf(master);
  // Before anything is shown, and as long as its leader lives: nobody says later which session it was.
  let session: number | undefined;
  stream.once('data', () => (session = sessionAt(ask)));
  const ended = exitStatus.then(finish, finish);
  return {
    stream,
    exitStatus,
    resize: (next) => {
      if (!stream.destroyed) resize(next);
      return Promise.resolve();
    },
    hangUp: () => stream.destroy(),
    async end() {
      // Before the terminal hangs up: a program that ignores that is of the session all the same.
      if (!stream.destroyed) session ??= sessionAt(ask);
      for (const leader of [child.pid, session]) if (leader !== undefined) killSession(leader);
      stream.destroy();
      await ended;
    },
  };
}

/** The leader of the session whose controlling terminal it is; undefined where there is none. */
function sessionAt(ask: Control): number | undefined {
  const leader = Buffer.alloc(4);
  try {
    ask(TIOCGSID, leader);
    return leader.readInt32LE();
  } catch {
    return undefined;
  }
}

/**
 * Node reads terminals by events, but would write to one of these as if it were a file that never makes it wait. `finish`
 * ends the stream with what the program wrote; what it leaves behind may have the terminal open for longer.
 */
function streamOf(master: number): { readonly stream: Duplex; readonly finish: () => void } {
  const reader = new ReadStream(master);
  let writing = Promise.resolve();
  let isFinished = false;
  const stream = new Duplex({
    read: () => reader.resume(),
    write(bytes: Buffer, _encoding, done) {
      writing = writeAll(master, bytes, () => stream.destroyed);
      writing.then(() => {
        done();
      }, done);
    },
    destroy(error, done) {
      isFinished = true;
      // The number of the descriptor can be another's once it is closed.
      void writing
        .catch(() => undefined)
        .then(() => {
          reader.destroy();
          done(error);
        });
    },
  });
  const finish = (): void => {
    if (isFinished) return;
    isFinished = true;
    for (let bytes = readWhatIsThere(master); bytes.length > 0; bytes = readWhatIsThere(master)) stream.push(bytes);
    stream.push(null);
  };
  reader.on('data', (bytes: Buffer) => {
    if (!isFinished && !stream.push(bytes)) reader.pause();
  });
  // EIO: nobody has the other end open any more.
  for (const event of ['error', 'end']) reader.once(event, finish);
  return { stream, finish };
}

/** Nothing where the program has written no more, or nobody has the other end open any more. */
function readWhatIsThere(master: number): Buffer {
  const bytes = Buffer.alloc(READ_BYTES);
  try {
    return bytes.subarray(0, readSync(master, bytes));
  } catch {
    return Buffer.alloc(0);
  }
}

async function writeAll(descriptor: number, bytes: Buffer, isOver: () => boolean): Promise<void> {
  let rest = bytes;
  while (rest.length > 0 && !isOver()) {
    const written = await new Promise<number>((resolve, reject) => {
      write(descriptor, rest, (error, count) => {
        if (error === null) resolve(count);
        else if (error.code === 'EAGAIN') resolve(0);
        else reject(error);
      });
    });
    rest = rest.subarray(written);
    if (written === 0) await sleep(RETRY_MS);
  }
}

/** Kills all processes of a session. */
function killSession(leader: number): void {
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || sessionOf(pid) !== leader) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

function sessionOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${String(pid)}/stat`, 'latin1');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[SESSION_FIELD]);
  } catch {
    return undefined;
  }
}

/** Asks something of a terminal, or tells it. LabError BUG. */
type Control = (request: number, bytes: Buffer) => void;

function controlOf(descriptor: number): Control {
  const ioctl = koffi.load('libc.so.6').func('int ioctl(int fd, unsigned long request, void *argument)') as (
    ...args: unknown[]
  ) => number;
  return (request, bytes) => {
    if (ioctl(descriptor, request, bytes) < 0)
      throw new LabError(
        'BUG',
        `a terminal refuses the request ${request.toString(16)}: error ${String(koffi.errno())}`,
      );
  };
}
