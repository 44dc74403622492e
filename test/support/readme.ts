import { readFileSync } from 'node:fs';

/** The lines of all blocks of commands of one kind in a Markdown file, top to bottom: what a reader types. */
export function shellLines(path: string, kind: 'sh' | 'sh docker' | 'sh project' = 'sh'): readonly string[] {
  return blocks(path, kind)
    .flatMap((block) => block.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** All blocks of YAML in a Markdown file, top to bottom. */
export function yamlBlocks(path: string): readonly string[] {
  return blocks(path, 'yaml');
}

/** What stands in the one block of a kind. */
export function onlyBlock(path: string, kind: string): string {
  const [block, ...more] = blocks(path, kind);
  if (block === undefined || more.length > 0) throw new Error(`${path} has not one block of ${kind}`);
  return block;
}

function blocks(path: string, kind: string): readonly string[] {
  return [...readFileSync(path, 'utf8').matchAll(new RegExp(`^\`\`\`${kind}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
    ([, block = '']) => block,
  );
}
