import { dirname, join } from 'node:path';
import { LabError } from '../../errors.js';
import { pollUntil } from '../../support/poll.js';
import { MGMTD } from '../../init/daemon-words.js';
import { daemonsOfLines } from '../../plan/line-daemons.js';
import { alternatives } from '../../support/suggest.js';
import type { LabNode } from './lab-node.js';
import { offeredFolder, OfferedLines } from './offered-lines.js';

/** What mgmtd says while it reads the lines of its daemons: nobody else may configure anything then. */
const LOCKED = /datastore locked by another session/;
const LOCK_DEADLINE_MS = 10_000;
/** Where vtysh 10 says the same again, once for each daemon, without a line's end. */
const SAID_AGAIN = /(?!^)(?=line \d+: )|\[\d+\|\w+\] Configuration file/;

/** What mgmtd of FRR 10.7 says of what it took: that nothing was new to it, or what daemons report of theirs, by name. */
const NOTES = /^% Configuration applied with notes:\n.*(?:\n[A-Z0-9-]+: .*)*$/gm;

/**
 * Feeds the user's own FRR lines to the daemons. Throws CONFIG_REJECTED naming the line that one refused, or none
 * took.
 */
export async function loadExtraLines(node: LabNode): Promise<void> {
  const { extraLines = '', own } = node.plan.routing ?? {};
  const hint =
    own?.file === undefined
      ? `correct "frr:" of ${node.name} in the topology file`
      : `correct it in ${own.numberedAs ?? `the files in ${dirname(own.file)}`}`;
  const offered = await OfferedLines.open(join(node.processes.runFolder, 'nearcast', offeredFolder), node.daemons);
  try {
    const words = ['--vty_socket', `/run/nearcast/${offeredFolder}`, '-f', '/run/nearcast/extra.conf'];
    const { last } = await pollUntil(
      () => node.run(node.processes.vtyshCommand(words)),
      ({ output }) => !LOCKED.test(output),
      { everyMs: 20, deadlineMs: LOCK_DEADLINE_MS },
    );
    const { status, output } = last;
    const refusal = refusalIn(output);
    if (status !== 0 || refusal !== undefined) {
      throw new LabError(
        'CONFIG_REJECTED',
        `FRR on ${node.name} refused ${refused(refusal ?? output.trim(), own?.numberedAs)}`,
        { hint },
      );
    }
  } finally {
    offered.close();
  }
  const dropped = offered.firstDropped(extraLines) ?? (await idleLine(node, extraLines));
  if (dropped === undefined) return;
  const { line, takers } = dropped;
  const number = extraLines.split('\n').findIndex((each) => each.trim() === line) + 1;
  const place = own?.numberedAs === undefined ? '' : ` (line ${String(number)} of ${own.numberedAs})`;
  throw new LabError('CONFIG_REJECTED', `no daemon on ${node.name} accepts the line "${line}"${place}`, {
    hint:
      takers.length === 0
        ? hint
        : `${alternatives(takers)} would accept it, but nothing in "frr:" of ${node.name} starts it`,
  });
}

/** The first line that refuses something, of all that vtysh says while it loads lines; undefined where there is none. */
export function refusalIn(output: string): string | undefined {
  const lines = output.replace(NOTES, '').split('\n');
  return lines.find((line) => line.includes('%') || /^line \d+:/.test(line))?.trim();
}

/** What vtysh says of a line by its number, with the file that has it. */
function refused(words: string, file: string | undefined): string {
  const [said = ''] = words.split(SAID_AGAIN);
  const [, number, why] = /^line (\d+): (.*)$/s.exec(said) ?? [];
  return file === undefined || number === undefined
    ? `the node's own lines: ${said}`
    : `line ${number} of ${file}: ${why ?? ''}`;
}

/**
 * A line that mgmtd has taken for a daemon that does not run here: mgmtd keeps it, and nobody follows it. Undefined where
 * this FRR has no mgmtd.
 */
async function idleLine(node: LabNode, extraLines: string): Promise<ReturnType<OfferedLines['firstDropped']>> {
  const text = await node.daemons.configurationOf(MGMTD);
  const idle = daemonsOfLines(text ?? '').find(({ daemon }) => !node.daemons.names.includes(daemon));
  if (idle === undefined) return undefined;
  const written = extraLines.split('\n').map((line) => line.trim());
  // mgmtd knows it with every word in full.
  return { line: written.find((line) => abbreviates(line, idle.line)) ?? idle.line, takers: [idle.daemon] };
}

function abbreviates(line: string, whole: string): boolean {
  const [words, wholeWords] = [line.split(/\s+/), whole.split(' ')];
  return words.length === wholeWords.length && words.every((word, index) => wholeWords[index]?.startsWith(word));
}
