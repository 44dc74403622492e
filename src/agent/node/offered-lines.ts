import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { daemonNames } from '../../topology/model/fault-target.js';
import { MGMTD } from '../../init/daemon-words.js';
import type { NodeDaemons } from './node-daemons.js';

/** Where vtysh finds the daemons while it loads a node's own lines, in the node's `/run/nearcast`. */
export const offeredFolder = 'offered';

/** Programs of FRR that a lab never runs, but that vtysh offers lines to. */
const foreignPrograms = ['sharpd', 'watchfrr'] as const;

/** What a daemon says that took a line: three zero bytes, then status 0. */
const TAKEN = Buffer.alloc(4);

/** Words that vtysh itself follows: they lead out of a block, or are about vtysh. */
const vtyshOwn =
  /^(?:end|exit|quit|exit-\S+|(?:no )?service integrated-vtysh-config|username .+|frr (?:version|defaults) .+)$/;

/**
 * Stands between vtysh and the daemons of a node while vtysh loads lines. vtysh offers each line to the daemons that
 * have a command of that kind, and says nothing if none of them runs. Here each of FRR's
 * daemons is there to vtysh, and it is written down what was offered to those that run, and what to others alone.
 */
export class OfferedLines {
  readonly #taken = new Set<string>();
  readonly #offered = new Map<string, Set<string>>();
  readonly #sockets = new Set<Socket>();
  readonly #servers: Server[] = [];

  private constructor(
    readonly folder: string,
    readonly daemons: NodeDaemons,
  ) {}

  static async open(folder: string, daemons: NodeDaemons): Promise<OfferedLines> {
    const offered = new OfferedLines(folder, daemons);
    rmSync(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    await Promise.all(
      [...daemonNames, MGMTD, ...foreignPrograms].map(async (name) => {
        const server = createServer((socket) => {
          void offered.#serve(name, socket);
        });
        offered.#servers.push(server);
        await once(server.listen(join(folder, `${name}.vty`)), 'listening');
      }),
    );
    return offered;
  }

  /**
   * The first line that no daemon of the node took, and the daemons that would. Comments, and words of vtysh's own,
   * need none.
   */
  firstDropped(text: string): { readonly line: string; readonly takers: readonly string[] } | undefined {
    const lines = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !/^[!#]/.test(line));
    const line = lines.find((each) => !this.#taken.has(each) && !vtyshOwn.test(each));
    return line === undefined ? undefined : { line, takers: [...(this.#offered.get(line) ?? [])] };
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers) server.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #serve(name: string, socket: Socket): Promise<void> {
    this.#keep(socket);
    const isOfNode = this.daemons.names.some((each) => each === name);
    // A daemon that a fault killed takes its lines when it is restored. mgmtd runs if this FRR has it.
    const behind = isOfNode || name === MGMTD ? await this.#reach(name) : undefined;
    const isTaken = isOfNode || behind !== undefined;
    behind
      ?.on('data', (chunk) => socket.write(chunk))
      .once('close', () => {
        socket.destroy();
      });
    socket.once('close', () => behind?.destroy());
    let rest = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      behind?.write(chunk);
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
        this.#note(rest.toString('utf8', 0, end).trim(), name, isTaken);
        rest = rest.subarray(end + 1);
        if (behind === undefined) socket.write(TAKEN);
      }
    });
  }

  /** Undefined where the daemon does not run. */
  async #reach(daemon: string): Promise<Socket | undefined> {
    const behind = this.#keep(connect(join(this.daemons.socketFolder(), `${daemon}.vty`)));
    try {
      await once(behind, 'connect');
      return behind;
    } catch {
      return undefined;
    }
  }

  #note(line: string, name: string, isTaken: boolean): void {
    if (isTaken) this.#taken.add(line);
    else this.#offered.set(line, (this.#offered.get(line) ?? new Set<string>()).add(name));
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on('error', () => undefined);
    return socket;
  }
}
