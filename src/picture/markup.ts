import { printableLines } from '../support/printable.js';

/** Text that is HTML already. Everything else is escaped where it is put into a template. */
export class Markup {
  constructor(readonly text: string) {}
}

export type Content = Markup | string | number | null | undefined | readonly Content[];

/**
 * A template of HTML. What is put into it is escaped unless it is `Markup`, in text and in quoted attributes alike;
 * lists are joined, and null adds nothing. A line break with an indentation after it is for readers of the source, and
 * is left out.
 */
export function html(strings: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  const parts = strings.flatMap((string, nth) => [
    string.replaceAll(/\n +/g, ''),
    nth < contents.length ? written(contents[nth]) : '',
  ]);
  return new Markup(parts.join(''));
}

export const nothing = new Markup('');

/**
 * Names and messages come from users' files: no character of theirs may be read as HTML, or turn the text around it.
 */
function escaped(text: string): string {
  return printableLines(text)
    .replaceAll(/[\uFFFE\uFFFF]/g, '\uFFFD')
    .replaceAll(/[&<>"']/g, (character) => `&#${String(character.charCodeAt(0))};`);
}

function written(content: Content): string {
  if (content === null || content === undefined) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'object') return content.map(written).join('');
  return escaped(String(content));
}
