import { readFileSync } from 'node:fs';

/** The lines of all blocks of commands of one kind in a Markdown file, top to bottom: what a reader types. */
export function shellLines(path: string, kind: 'sh' | 'sh docker' = 'sh'): readonly string[] {
  const text = readFileSync(path, 'utf8');
  return [...text.matchAll(new RegExp(`^\`\`\`${kind}\\n([^]*?)^\`\`\`$`, 'gm'))]
    .flatMap(([, block = '']) => block.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
