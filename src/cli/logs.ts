import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../errors.js';
import { didYouMean } from '../support/suggest.js';
import { withLab } from './labs.js';
import type { Run } from './run.js';

const LOOK_EVERY_MS = 250;

export interface LogsFlags {
  readonly lab?: string;
  readonly follow?: boolean;
  readonly service?: string;
}

/** What the programs of a node printed; with `--follow` also what they print from now on, until it is interrupted. */
export async function logsVerb(
  { output, signal }: Run,
  node: string,
  { lab: name, follow = false, service }: LogsFlags,
): Promise<number> {
  return withLab(name, async (lab) => {
    const first = await lab.logs(node);
    const sources = first.map(({ source }) => source);
    if (service !== undefined && !sources.includes(service))
      throw new LabError('NODE_UNKNOWN', `no program of ${node} is called "${service}"`, {
        hint: didYouMean(service, sources, `programs of ${node}`),
      });
    for (let parts = first; ; parts = await lab.logs(node, parts)) {
      for (const { source, text } of parts) {
        if (text === '' || (service !== undefined && source !== service)) continue;
        output.line({ lab: lab.name, node, source, text });
        for (const line of text.replace(/\n$/, '').split('\n')) output.printAsIs(`${source} | ${line}`);
      }
      if (!follow || signal.aborted) return 0;
      await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  });
}
