import { readFileSync } from 'node:fs';

/** The lines of all blocks of commands of one kind in a Markdown file, top to bottom: what a reader types. */
export function shellLines(path: string, kind: 'sh' | 'sh docker' = 'sh'): readonly string[] {
  return blocks(path, kind)
    .flatMap((block) => block.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** All blocks of YAML in a Markdown file, top to bottom. */
export function yamlBlocks(path: string): readonly string[] {
  return blocks(path, 'yaml');
}

function blocks(path: string, kind: string): readonly string[] {
  return [...readFileSync(path, 'utf8').matchAll(new RegExp(`^\`\`\`${kind}\\n([^]*?)^\`\`\`$`, 'gm'))].map(([, block = '']) => block);
}
