import { Agent } from 'node:http';
import { connect, type ClientHttp2Session } from 'node:http2';
import { Duplex } from 'node:stream';
import { LabError } from '../../errors.js';
import { RELAY_PROGRAM, RELAY_WHY } from '../../relay/relay-words.js';
import { DialedSocket } from '../docker/dialed-socket.js';
import { openEngineBy, statusOf, wordsOf, type Engine } from '../docker/engine.js';
import { separate } from '../docker/streams.js';

const WINDOW_BYTES = 1024 * 1024;

/**
 * The way to the engines of other machines: through a program in the relay of the manager's machine, which its engine runs,
 * and from there to their relays. All connections share one stream.
 */
export class RelayLine {
  private constructor(readonly session: ClientHttp2Session) {}

  static async open(engine: Engine, container: string): Promise<RelayLine> {
    const exec = await engine.getContainer(container).exec({
      Cmd: ['node', RELAY_PROGRAM, 'dial'],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    const { stdout, stderr } = separate(engine, stream);
    stderr.resume();
    const session = connect('http://relay', {
      createConnection: () => Duplex.from({ readable: stdout, writable: stream }),
      settings: { initialWindowSize: WINDOW_BYTES },
    });
    // Each of its connections has the error, too.
    session.on('error', () => undefined);
    return new RelayLine(session);
  }

  /** A client for the engine of the machine whose relay has this address. */
  async engineAt(address: string, machine: string): Promise<Engine> {
    return openEngineBy(new LineAgent(this.session, address, machine));
  }

  close(): void {
    this.session.destroy();
  }
}

class LineAgent extends Agent {
  constructor(
    readonly session: ClientHttp2Session,
    readonly address: string,
    readonly machine: string,
  ) {
    super({ keepAlive: false });
  }

  override createConnection(): Duplex {
    const stream = this.session.request({ ':method': 'CONNECT', ':authority': this.address });
    const socket = new DialedSocket(stream, stream, () => {
      stream.close();
    });
    stream.on('response', ({ ':status': status, [RELAY_WHY]: why }) => {
      if (status !== 200) socket.destroy(unreachable(this.machine, decodeURIComponent(String(why))));
    });
    stream.on('error', (error: Error) => socket.destroy(unreachable(this.machine, error.message)));
    stream.on('end', () => socket.push(null));
    stream.on('close', () => {
      if (!socket.readableEnded) socket.push(null);
    });
    return socket;
  }
}

/** An engine that the swarm has and that cannot be asked. */
export function unreachable(machine: string, why: string, cause?: unknown): LabError {
  return new LabError('ENGINE_UNREACHABLE', `the engine of ${machine} does not answer: ${why}`, {
    cause,
    hint: 'docker node ls',
  });
}

/** What went wrong at a machine: the same, unless its engine gave no answer at all. */
export function troubleAt(machine: string, error: unknown): unknown {
  return error instanceof LabError || statusOf(error) !== undefined
    ? error
    : unreachable(machine, wordsOf(error), error);
}
