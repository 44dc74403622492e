import colors from 'picocolors';
import type { CommandsBlock, Guide, GuideBlock } from '../guide/guide.js';

export interface GuideTextOptions {
  /** Whether the answers to its questions are shown, behind everything else. */
  readonly answers: boolean;
  readonly columns: number;
  /** How the reader types a command of nearcast, by its words: `up figure1`. */
  readonly typed: (words: string) => string;
}

const COMMAND = /npm run (?:-s )?lab (?:-- )?([^`]*)/g;
const INDENT = '    ';

/** A guide for a terminal: no line is longer than `columns`, and answers come last, or not at all. */
export function guideText(guide: Guide, options: GuideTextOptions): string {
  const answers = guide.blocks.filter((block) => block.kind === 'answer');
  const shown = [
    ...guide.blocks.filter(({ kind }) => kind !== 'answer'),
    ...(options.answers && answers.length > 0
      ? [
          { kind: 'heading' as const, level: 2, text: 'Answers' },
          ...answers.flatMap(({ question, blocks }): readonly GuideBlock[] => [
            { kind: 'heading', level: 3, text: question },
            ...blocks,
          ]),
        ]
      : []),
  ];
  return shown
    .map((block, i) => {
      const before = shown[i - 1];
      const isNext = before?.kind === 'item' && block.kind === 'item';
      return `${i === 0 ? '' : isNext ? '\n' : '\n\n'}${blockText(block, options)}`;
    })
    .join('');
}

function blockText(block: GuideBlock, { columns, typed }: GuideTextOptions): string {
  const speak = (text: string): string => text.replaceAll(COMMAND, (_, words: string) => typed(words));
  switch (block.kind) {
    case 'heading': {
      const text = wrap(plain(speak(block.text)), columns, '', '');
      return block.level === 1 ? colors.bold(colors.underline(text)) : colors.bold(text);
    }
    case 'paragraph':
      return inline(wrap(plain(speak(block.text)), columns, '', ''));
    case 'item': {
      const marker = `${block.marker} `;
      return inline(wrap(plain(speak(block.text)), columns, marker, ' '.repeat(marker.length)));
    }
    case 'picture':
      return block.lines.map((line) => `${INDENT}${line}`.trimEnd()).join('\n');
    case 'commands':
      return commandsText(block, columns, speak);
    case 'answer':
      return '';
  }
}

function commandsText({ lines, output }: CommandsBlock, columns: number, speak: (text: string) => string): string {
  const typed = lines.map((line) => colors.cyan(wrap(speak(line), columns, `${INDENT}$ `, `${INDENT}    `, ' \\')));
  const seen = (output ?? []).map((line) => colors.dim(wrap(speak(line), columns, INDENT, `${INDENT}  `)));
  return [...typed, ...(seen.length === 0 ? [] : ['', ...seen])].join('\n');
}

/** Links by their words alone, which a terminal cannot follow. */
function plain(text: string): string {
  return text.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
}

/** Where there are colors, they say what backticks and stars say. */
function inline(text: string): string {
  if (!colors.isColorSupported) return text.replaceAll('**', '');
  return text
    .replaceAll(/`([^`]*)`/g, (_, code: string) => colors.cyan(code))
    .replaceAll(/\*\*([^*]*)\*\*/g, (_, strong: string) => colors.bold(strong));
}

/** Breaks a line between words, where it is too long; a word that is longer stays whole. */
function wrap(text: string, columns: number, first: string, rest: string, breakMark = ''): string {
  if (first.length + text.length <= columns) return `${first}${text}`.trimEnd();
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  // Blanks between words stay as they are: columns of a table are made of them.
  for (const word of text.match(/ *[^ ]+/g) ?? []) {
    if (!isEmpty && line.length + word.length + breakMark.length > columns) {
      lines.push(`${line}${breakMark}`);
      line = `${rest}${word.trimStart()}`;
    } else line += isEmpty && first.trim() !== '' ? word.trimStart() : word;
    isEmpty = false;
  }
  return [...lines, line].join('\n');
}
