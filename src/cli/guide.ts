import { parseGuide } from '../guide/guide.js';
import { guideNamed } from '../guide/guide-files.js';
import { guideText } from '../report/guide-text.js';
import { typedCommand, type Run } from './run.js';

export interface GuideFlags {
  readonly answers?: boolean;
}

const COLUMNS = 80;

export async function guideVerb({ output }: Run, name: string, { answers = false }: GuideFlags): Promise<number> {
  const { path, markdown } = await guideNamed(name);
  const guide = parseGuide(markdown);
  output.document({ name, title: guide.title, path, markdown });
  output.print(guideText(guide, { answers, columns: COLUMNS, typed: typedCommand }));
  const questions = guide.blocks.filter(({ kind }) => kind === 'answer').length;
  if (questions > 0 && !answers) output.print(`\nThe answers: ${typedCommand(`guide ${name} --answers`)}`);
  return 0;
}
