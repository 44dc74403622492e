import { join } from 'node:path';
import type { LogPart } from '../../protocol/messages.js';
import { readText } from '../../support/read-text.js';
import type { LabNode } from './lab-node.js';

/** Of a longer file, only the last part is shown. */
const MOST_OF_A_FILE = 256 * 1024;
/** Where the output of start-up commands is. */
const START_COMMANDS = 'exec';

/** What a node's programs printed since the places that are named by source: servers, start-up commands, daemons. */
export function readLogs(node: LabNode, from: Readonly<Record<string, number>>): readonly LogPart[] {
  const { log, plan, processes } = node;
  const kept = log.sources.map((source) => ({ source, ...log.since(source, from[source] ?? 0) }));
  const files = [
    ...(plan.exec.length === 0 ? [] : [{ source: START_COMMANDS, path: join(processes.logFolder, 'exec.log') }]),
    ...(plan.routing?.daemons ?? []).map((source) => ({
      source,
      path: join(processes.runFolder, 'nearcast', `${source}.log`),
    })),
  ].map(({ source, path }) => {
    const text = readText(path);
    // A file that is shorter than it was is another one.
    const place = (from[source] ?? 0) > text.length ? 0 : (from[source] ?? 0);
    return { source, text: text.slice(Math.max(place, text.length - MOST_OF_A_FILE)), next: text.length };
  });
  return [...kept, ...files];
}
