import { once } from 'node:events';
import { eventText } from '../report/event-text.js';
import { withLab } from './labs.js';
import type { Run } from './run.js';

const NO_TIME = '--:--:--.---';

/** An interruption is how it usually ends, or a reader that has enough: the exit status is 0. */
export async function eventsVerb({ output, signal }: Run, name: string | undefined): Promise<number> {
  const { stdout } = process;
  const closed = new AbortController();
  stdout.once('error', () => {
    closed.abort();
  });
  const end = AbortSignal.any([signal, closed.signal]);
  return withLab(name, async (lab) => {
    await using subscription = await lab.subscribe({ signal: end });
    const { offsetMs } = await lab.clock();
    output.warn(`events of ${lab.name} until Ctrl-C`);
    for await (const event of subscription) {
      if (closed.signal.aborted) break;
      output.line(event);
      output.print(eventText(event, event.kind === 'dropped' ? NO_TIME : timeOfDay(event.atMs + offsetMs)));
      if (stdout.writableNeedDrain) await once(stdout, 'drain', { signal: end }).catch(() => undefined);
    }
    return 0;
  });
}

/** A time of this process's clock as the clock on the wall shows it. */
function timeOfDay(atMs: number): string {
  const at = new Date(performance.timeOrigin + atMs);
  const two = (part: number): string => String(part).padStart(2, '0');
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':');
  return `${time}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}
