import { settle, type Finding } from '../model/finding.js';
import type { Problem } from '../model/problem.js';
import { readTopology, withoutMark, type ReadTopology } from '../read.js';
import { parseYaml } from '../file/yaml.js';
import { studentId, variedText, variedTree } from '../vary.js';

/** What would show a student what is right, or what is broken; and what a teacher lets vary. */
const keptBack: ReadonlySet<string> = new Set(['expect', 'scenario', 'points', 'cause', 'play', 'vary', 'diagnosis']);

export interface HandedOut {
  readonly text: string;
  readonly topology: ReadTopology;
  /** Whether it differs between students. */
  readonly varies: boolean;
}

/**
 * A topology file as a student gets it: the same text, comments included, without what is kept back. Where the file lets
 * something vary, it has the values of the student, and says whose they are. Pure.
 */
export function handedOut(
  text: string,
  file: string,
  student: string | undefined,
): HandedOut | { readonly problems: readonly Problem[] } {
  const body = withoutMark(text);
  const whole = readTopology(body, file, undefined, undefined, student);
  if ('problems' in whole) return whole;
  const { root } = parseYaml(body);
  if (root?.kind !== 'map') return { problems: settle([notByLines()], body, file) };
  const { variant } = variedTree(root, student);
  const starts = [...root.entries].map(([key, { keyOffset }]) => ({ key, at: keyOffset }));
  if (starts.some(({ at }) => at > 0 && body[at - 1] !== '\n')) return { problems: settle([notByLines()], body, file) };
  const kept = keptText(body, starts);
  const filled = variant === undefined ? kept : variedText(kept, variant);
  const owner =
    variant === undefined || student === undefined
      ? ''
      : `student: ${JSON.stringify(studentId(student))}\nvariant: "${variant.code}"\n`;
  const written = `${filled.trimEnd()}\n${owner}`;
  const topology = readTopology(written, file);
  return 'problems' in topology ? topology : { text: written, topology, varies: variant !== undefined };
}

/** The lines of all keys that are not kept back, each with the comments above it. */
function keptText(text: string, starts: readonly { readonly key: string; readonly at: number }[]): string {
  const begins = starts.map(({ at }) => commentsAbove(text, at));
  const first = begins[0] ?? 0;
  const parts = starts.map(({ key }, i) => (keptBack.has(key) ? '' : text.slice(begins[i], begins[i + 1])));
  return text.slice(0, first) + parts.join('');
}

/** Where the comments begin that stand directly above a line. */
function commentsAbove(text: string, at: number): number {
  const lines = text.slice(0, at).split('\n');
  let begin = at;
  for (let i = lines.length - 2; i >= 0 && lines[i]?.startsWith('#') === true; i--)
    begin -= (lines[i]?.length ?? 0) + 1;
  return begin;
}

function notByLines(): Finding {
  return {
    offset: 0,
    code: 'WRONG_TYPE',
    message: 'the keys of the file are not each at the beginning of a line, so parts of it cannot be left out',
    hint: 'write  name:  and  nodes:  each on a line of its own, without brackets around the whole file',
  };
}
