import type { Finding } from '../model/finding.js';

/** What the YAML parser says, and what its reader has usually done; the first that fits counts. */
const explanations: readonly (readonly [RegExp, string, string])[] = [
  [/tab/, 'a tab is used for indentation', 'indent with spaces: YAML allows no tabs there'],
  [
    /null byte|non-printable|control/,
    'the file contains a control character',
    'a topology file is plain text: remove the character',
  ],
  [/nesting exceeded/, 'lists or maps are nested too deeply', 'no part of a topology file goes deeper than six levels'],
  [
    /deficient indentation/,
    'a list, map or text that began above is not closed',
    'end it with the ] } " or \' that belongs to its beginning',
  ],
  [
    /flow collection|comma/,
    'a list or map in brackets is not well formed',
    'close every [ and {, and put a comma between two items',
  ],
  [
    /indentation/,
    'this line is indented differently from the lines it belongs to',
    'indent all keys of one map, and all items of one list, alike',
  ],
  [
    /':' after a mapping key|multiline key/,
    'a key without a colon, or a text without quotes',
    'write  key: value  with a colon and a space',
  ],
  [/quoted scalar/, 'a quoted text is not closed', 'end it with the same kind of quote it begins with'],
  [
    /unexpected end|document separator/,
    'the text continues where it should end',
    'look at the line above: its indentation or its quotes',
  ],
  [/alias|anchor/, 'an & or * without a name', 'text that begins with & or * needs quotes'],
  [/tag/, 'a ! without a valid tag', 'text that begins with ! needs quotes'],
];

/** The finding for a text that is not YAML, in words that say what to do about it. */
export function explainSyntax(reason: string, offset: number, text: string): Finding {
  if (/\t/.test(indentationAt(text, offset)))
    return finding(offset, 'a tab is used for indentation', 'indent with spaces: YAML allows no tabs there');
  for (const [pattern, message, hint] of explanations) {
    if (pattern.test(reason)) return finding(offset, message, hint);
  }
  return finding(
    offset,
    `this is not valid YAML: ${reason}`,
    'text with special characters ( : # [ { & * ! | > % @ ) needs quotes',
  );
}

function finding(offset: number, message: string, hint: string): Finding {
  return { offset, code: 'YAML_SYNTAX', message, hint };
}

function indentationAt(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return /^[ \t]*/.exec(text.slice(start, start + 200))?.[0] ?? '';
}
