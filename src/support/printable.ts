/**
 * What would change how a terminal or a page shows the rest: controls, marks of writing direction and other invisible
 * formats.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
const unprintableButBreaks = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;
/** The colors that reports put into their own text, and no other sequence. */
const OWN_COLORS = String.raw`\u001B\[(?:[0-2]|22|3[0-9]|90)m`;
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
