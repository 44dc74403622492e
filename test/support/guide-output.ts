/**
 * Where a guide's output and what was printed part, or undefined. A line `...` of the guide stands for any lines; times,
 * and what a change cost, are those of one machine.
 */
export function outputDifference(shown: readonly string[], printed: string): string | undefined {
  const actual = maskedLines(printed.split('\n'));
  const parts = splitAtGaps(maskedLines(shown));
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const isFirst = index === 0;
    const isLast = index === parts.length - 1;
    const from = isLast && !isFirst ? Math.max(at, actual.length - part.length) : at;
    const found = isFirst || isLast ? from : findRun(actual, part, at);
    const differs = part.findIndex((line, i) => actual[found + i] !== line);
    if (differs !== -1)
      return `the guide shows "${part[differs] ?? ''}", printed was "${actual[found + differs] ?? ''}":\n${actual.join('\n')}`;
    at = found + part.length;
  }
  return at === actual.length || parts.at(-1)?.length === 0 ? undefined : `more was printed:\n${actual.join('\n')}`;
}

function maskedLines(lines: readonly string[]): readonly string[] {
  return lines
    .map(masked)
    .filter((line) => line !== '' && !line.startsWith('noticed after') && !line.startsWith('(never more than'));
}

function masked(line: string): string {
  return line
    .replaceAll(/<?\d+(?:\.\d+)? (?:ms|s)\b/g, '<time>')
    .replaceAll(
      /: (?:no outage|(?:answered again after )?<time>(?: of outage)?), \d+ of \d+ probes? lost(?: \([^)]*\))?/g,
      ': <cost>',
    )
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function splitAtGaps(lines: readonly string[]): readonly (readonly string[])[] {
  const parts: string[][] = [[]];
  for (const line of lines) {
    if (line === '...') parts.push([]);
    else parts.at(-1)?.push(line);
  }
  return parts;
}

function findRun(lines: readonly string[], part: readonly string[], from: number): number {
  for (let at = from; at + part.length <= lines.length; at++)
    if (part.every((line, i) => lines[at + i] === line)) return at;
  return from;
}
