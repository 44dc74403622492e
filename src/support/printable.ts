/**
 * What would change how a terminal or a page shows the rest: controls, marks of writing direction and other invisible
 * formats.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const unprintableButBreaks = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** The colors that reports put into their own text, and no other sequence. */
const OWN_COLORS = String.raw`\u001B\[(?:[0-2]|22|3[0-9]|90)m`;
const ownColors = new RegExp(OWN_COLORS, 'gu');
const unprintableButColors = new RegExp(String.raw`(${OWN_COLORS})|(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]`, 'gu');

/** A text as it can be shown in one line, such as a name from outside. */
export function printable(text: string): string {
  return text.replace(unprintable, escaped);
}

/** The same of a text of several lines. */
export function printableLines(text: string): string {
  return text.replace(unprintableButBreaks, escaped);
}

/** The same of a report for a terminal, which may have colors of its own. */
export function printableReport(text: string, hasColors: boolean): string {
  return hasColors
    ? text.replace(unprintableButColors, (found, color: string | undefined) => color ?? escaped(found))
    : printableLines(text);
}

/** JSON that means the same, and can be shown: what is escaped can only stand within texts. */
export function printableJson(json: string): string {
  return printableLines(json);
}

function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}

/** How many columns of a terminal a text takes; the widest line of several. */
export function widthOf(text: string): number {
  return Math.max(
    ...withoutColors(text)
      .split('\n')
      .map((line) => line.length),
  );
}

/** Parts in lines of at most `width`: a line ends after a part, within one only if it must. */
export function filled(parts: readonly string[], width: number): string {
  const lines: string[] = [];
  for (const text of parts) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(text) <= width) lines[lines.length - 1] = `${last} ${text}`;
    else lines.push(...(widthOf(text) <= width ? [text] : folded(text, width)));
  }
  return lines.join('\n');
}

/** By how much a line that goes on is indented. */
export const HANGING = 2;

/** A drawing is as wide as it is. */
const drawn = /[\u2500-\u259F]/u;

/** A text whose lines are at most `width` wide: one that is wider ends between two words, and goes on indented. */
export function fitted(text: string, width: number): string {
  return text
    .split('\n')
    .flatMap((line) => (widthOf(line) <= width || drawn.test(line) ? [line] : folded(line, width)))
    .join('\n');
}

/** The words between which a text may go on in the next line: a number and its unit are one. */
export function wordsOf(text: string): readonly string[] {
  return text.split(/ (?!(?:ms|s|kB|MB|GB|%)(?!\w))|(?<!\d) |\n/u);
}

/** A text in lines that end between its words; all but the first are indented by more than it is itself. */
function folded(text: string, width: number): readonly string[] {
  const indent = ' '.repeat(HANGING + withoutColors(text).search(/[^ ]|$/));
  const lines: string[] = [];
  for (const word of wordsOf(text)) {
    const last = lines.at(-1);
    if (last === undefined) lines.push(word);
    // Behind its indent the first word stays, however long it is.
    else if (withoutColors(last).trim() === '' || widthOf(last) + 1 + widthOf(word) <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else if (word !== '') lines.push(`${indent}${word}`);
  }
  return lines.map((line) => line.trimEnd());
}

/** A text that stands `indent` columns from the left, in lines of at most `width` that all begin there. */
export function hanging(text: string, indent: number, width: number): string {
  return filled(wordsOf(text), width - indent).replaceAll('\n', `\n${' '.repeat(indent)}`);
}

/** The beginning of a line, as far as whole words fit. */
export function shortened(line: string, width: number): string {
  if (widthOf(line) <= width) return line;
  const words = line.slice(0, width).split(' ');
  return `${words.length === 1 ? line.slice(0, width - 1) : words.slice(0, -1).join(' ').trimEnd()}…`;
}

function withoutColors(text: string): string {
  return text.replace(ownColors, '');
}
