/** The guide of a lab, as its Markdown file has it from top to bottom. */
export interface Guide {
  readonly title: string;
  readonly blocks: readonly GuideBlock[];
}

export type GuideBlock =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'item'; readonly marker: string; readonly text: string }
  | { readonly kind: 'picture'; readonly lines: readonly string[] }
  | CommandsBlock
  | { readonly kind: 'answer'; readonly question: string; readonly blocks: readonly GuideBlock[] };

/** What a reader types, and what is seen then. */
export interface CommandsBlock {
  readonly kind: 'commands';
  readonly lines: readonly string[];
  /** Whether the last of them ends with a status other than 0. */
  readonly fails: boolean;
  /** What the last of them prints; undefined where the guide does not show it. A line `...` stands for any lines. */
  readonly output: readonly string[] | undefined;
}

const FENCE = /^```(.*)$/;
const HEADING = /^(#{1,3}) +(.*)$/;
/** A picture in a file, which no terminal shows: the one in `text` is for it. */
const IMAGE = /^!\[.*\]\(.*\)$/;
const ITEM = /^(-|\d+\.) +(.*)$/;
const ANSWER_BEGINS = /^<details><summary>.*<\/summary>$/;
const ANSWER_ENDS = '</details>';

/**
 * Reads the Markdown of a guide: headings, paragraphs, lists, blocks of `sh` (or `sh fails`), the `text output` of the
 * block before, pictures in `text`, and answers that are folded away in `<details>` under their question.
 */
export function parseGuide(markdown: string): Guide {
  const blocks = parseBlocks(markdown.split('\n'));
  const title = blocks.find((block) => block.kind === 'heading' && block.level === 1);
  return { title: title?.kind === 'heading' ? title.text : '', blocks };
}

/** All that a reader of a guide types, in order, also under questions. */
export function commandsOf({ blocks }: Pick<Guide, 'blocks'>): readonly CommandsBlock[] {
  return blocks.flatMap((block): readonly CommandsBlock[] =>
    block.kind === 'commands' ? [block] : block.kind === 'answer' ? commandsOf(block) : [],
  );
}

function parseBlocks(lines: readonly string[]): readonly GuideBlock[] {
  const blocks: GuideBlock[] = [];
  let at = 0;
  const upTo = (isEnd: (line: string) => boolean): readonly string[] => {
    const begin = at;
    while (at < lines.length && !isEnd(lines[at] ?? '')) at++;
    return lines.slice(begin, at);
  };
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const fence = FENCE.exec(line);
    const heading = HEADING.exec(line);
    if (line.trim() === '' || IMAGE.test(line)) {
      at++;
    } else if (fence !== null) {
      at++;
      addFenced(
        blocks,
        fence[1] ?? '',
        upTo((each) => each === '```'),
      );
      at++;
    } else if (heading !== null) {
      blocks.push({ kind: 'heading', level: heading[1]?.length ?? 1, text: heading[2] ?? '' });
      at++;
    } else if (ANSWER_BEGINS.test(line)) {
      at++;
      const last = blocks.at(-1);
      const question = last?.kind === 'heading' || last?.kind === 'paragraph' ? last.text : '';
      blocks.push({ kind: 'answer', question, blocks: parseBlocks(upTo((each) => each === ANSWER_ENDS)) });
      at++;
    } else {
      blocks.push(textBlock(upTo(endsText(at, lines))));
    }
  }
  return blocks;
}

/** A paragraph, or an item of a list, ends where something else begins. */
function endsText(begin: number, lines: readonly string[]): (line: string) => boolean {
  let isFirst = true;
  const first = lines[begin] ?? '';
  return (line) => {
    if (isFirst && line === first) {
      isFirst = false;
      return false;
    }
    return line.trim() === '' || [FENCE, HEADING, ITEM, ANSWER_BEGINS].some((pattern) => pattern.test(line));
  };
}

function textBlock(lines: readonly string[]): GuideBlock {
  const text = lines.map((line) => line.trim()).join(' ');
  const item = ITEM.exec(text);
  return item === null ? { kind: 'paragraph', text } : { kind: 'item', marker: item[1] ?? '-', text: item[2] ?? '' };
}

function addFenced(blocks: GuideBlock[], info: string, lines: readonly string[]): void {
  const last = blocks.at(-1);
  if (info === 'sh' || info === 'sh fails')
    blocks.push({ kind: 'commands', lines, fails: info === 'sh fails', output: undefined });
  else if (info === 'text output' && last?.kind === 'commands') blocks[blocks.length - 1] = { ...last, output: lines };
  else blocks.push({ kind: 'picture', lines });
}
