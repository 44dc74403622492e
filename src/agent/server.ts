import type { Readable, Writable } from 'node:stream';
import { LabError, toLabError } from '../errors.js';
import type { EventStream } from '../protocol/events.js';
import { toWire } from '../protocol/channel.js';
import type { Handlers, Progress, Reply, Request } from '../protocol/messages.js';
import { readLines } from '../support/lines.js';

/** Answers the requests of one connection until it ends; each request on its own, as long as it takes. */
export async function serve(input: Readable, output: Writable, handlers: Handlers): Promise<void> {
  const send = (reply: Reply): void => {
    if (!output.writableEnded && !output.destroyed) output.write(`${JSON.stringify(reply)}\n`);
  };
  // A client may leave before the answer: that ends the connection, not the agent.
  output.on('error', () => undefined);
  try {
    for await (const line of readLines(input)) {
      const request = JSON.parse(line) as Request;
      void answer(request, handlers, send, streamTo(output, request.id, send));
    }
  } catch {
    output.end();
  }
}

/** Events can wait where replies cannot: they are sent as fast as they are read at the other end. */
function streamTo(output: Writable, id: number, send: (reply: Reply) => void): EventStream {
  return {
    id,
    get isFull() {
      return output.writableNeedDrain;
    },
    send(events, untilMs) {
      send({ id, events, untilMs });
    },
    onDrain(call) {
      output.once('drain', call);
    },
  };
}

async function answer(
  request: Request,
  handlers: Handlers,
  send: (reply: Reply) => void,
  stream: EventStream,
): Promise<void> {
  const { id, method, params } = request;
  try {
    if (!Object.hasOwn(handlers, method)) throw new LabError('BUG', `the agent does not know the method "${method}"`);
    const handle = handlers[method] as (
      params: unknown,
      onProgress: (progress: Progress) => void,
      stream: EventStream,
    ) => Promise<unknown>;
    send({
      id,
      result: await handle(
        params,
        (progress) => {
          send({ progress });
        },
        stream,
      ),
    });
  } catch (error) {
    send({ id, error: toWire(toLabError(error)) });
  }
}
