import colors from 'picocolors';
import { LabError } from '../../errors.js';
import { renderLab } from '../../render/render.js';
import { didYouMean } from '../../support/suggest.js';
import { leave, subjectNamed } from '../../view/subject.js';
import type { Run } from '../run.js';

/** Shows the files that a node starts from: its FRRouting configuration, its addresses, its kernel settings. */
export async function configVerb({ output }: Run, node: string, name: string | undefined): Promise<number> {
  const subject = await subjectNamed(name);
  try {
    const { nodes } = renderLab(subject.plan);
    const files = Object.hasOwn(nodes, node) ? nodes[node] : undefined;
    if (files === undefined)
      throw new LabError('NODE_UNKNOWN', `there is no node "${node}" in ${subject.name}`, {
        hint: didYouMean(node, Object.keys(nodes), 'nodes'),
      });
    const written = Object.entries(files).filter(([, text]) => text !== '');
    output.document({ node, files: Object.fromEntries(written) });
    output.printAsIs(written.map(([file, text]) => `${colors.bold(`# ${file}`)}\n${text.trimEnd()}`).join('\n\n'));
    return 0;
  } finally {
    leave(subject);
  }
}
