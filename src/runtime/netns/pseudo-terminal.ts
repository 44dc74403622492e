import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readdirSync, readFileSync, write } from 'node:fs';
import { Duplex } from 'node:stream';
import { ReadStream } from 'node:tty';
import { setTimeout as sleep } from 'node:timers/promises';
import koffi from 'koffi';
import { LabError } from '../../errors.js';
import type { Program } from '../../support/run-program.js';
import type { Terminal, TerminalSize } from '../runtime.js';

// asm-generic/ioctls.h
const TIOCSPTLCK = 0x4004_5431;
const TIOCGPTN = 0x8004_5430;
const TIOCSWINSZ = 0x5414;
const O_CLOEXEC = 0o2_000_000;
/** A program that does not read its keys is asked again so often. */
const RETRY_MS = 10;
/** The session in proc(5), /proc/PID/stat, counted after the name of the program. */
const SESSION_FIELD = 3;

/** Runs a program with a pseudo-terminal (pty(7)), which is also its controlling one. */
export function runInTerminal({ command, args, env }: Program, size: TerminalSize): Terminal {
  const { ioctl } = system();
  const { O_RDWR, O_NOCTTY, O_NONBLOCK } = constants;
  const master = openSync('/dev/ptmx', O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  const resize = ({ columns, rows }: TerminalSize): void => {
    const request = Buffer.alloc(8);
    request.writeUInt16LE(rows, 0);
    request.writeUInt16LE(columns, 2);
    ioctl(master, TIOCSWINSZ, request);
  };
  const number = Buffer.alloc(4);
  ioctl(master, TIOCSPTLCK, Buffer.alloc(4));
  ioctl(master, TIOCGPTN, number);
  resize(size);
  const slave = openSync(`/dev/pts/${String(number.readUInt32LE())}`, O_RDWR | O_NOCTTY);
  const child = spawn('setsid', ['--ctty', command, ...args], { stdio: [slave, slave, slave], env });
  closeSync(slave);
  const ended = once(child, 'close').catch(() => undefined);
  const stream = streamOf(master);
  return {
    stream,
    resize: (next) => {
      if (!stream.destroyed) resize(next);
      return Promise.resolve();
    },
    async end() {
      // Before the terminal hangs up: a program that ignores that is of the session all the same.
      if (child.pid !== undefined) killSession(child.pid);
      stream.destroy();
      await ended;
    },
  };
}

/** Node reads terminals by events, but would write to one of these as if it were a file that never makes it wait. */
function streamOf(master: number): Duplex {
  const reader = new ReadStream(master);
  let writing = Promise.resolve();
  const stream = new Duplex({
    read: () => reader.resume(),
    write(bytes: Buffer, _encoding, done) {
      writing = writeAll(master, bytes, () => stream.destroyed);
      writing.then(() => {
        done();
      }, done);
    },
    destroy(error, done) {
      // The number of the descriptor can be another's once it is closed.
      void writing
        .catch(() => undefined)
        .then(() => {
          reader.destroy();
          done(error);
        });
    },
  });
  reader.on('data', (bytes: Buffer) => {
    if (!stream.push(bytes)) reader.pause();
  });
  // EIO: nobody has the other end open any more.
  for (const event of ['error', 'end'])
    reader.once(event, () => {
      if (!stream.readableEnded) stream.push(null);
    });
  return stream;
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

function system(): { readonly ioctl: (descriptor: number, request: number, bytes: Buffer) => void } {
  const call = koffi.load('libc.so.6').func('int ioctl(int fd, unsigned long request, void *argument)') as (
    ...args: unknown[]
  ) => number;
  return {
    ioctl(descriptor, request, bytes) {
      if (call(descriptor, request, bytes) < 0)
        throw new LabError(
          'BUG',
          `a terminal refuses the request ${request.toString(16)}: error ${String(koffi.errno())}`,
        );
    },
  };
}
