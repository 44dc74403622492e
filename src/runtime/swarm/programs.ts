import { LabError } from '../../errors.js';
import { didYouMean } from '../../support/suggest.js';
import type { LabConnection, LostMachine } from '../runtime.js';
import { nodeLost } from './conductor/crew.js';

type Programs = Pick<LabConnection, 'attach' | 'exec' | 'terminal'>;

/** How programs are run in the nodes of a lab, each on its machine. */
export function programsOn(
  lab: string,
  machines: readonly (Programs & { readonly nodes: readonly string[] })[],
  lost: readonly LostMachine[] = [],
): Programs {
  const at = (node: string): Programs => {
    const found = machines.find(({ nodes }) => nodes.includes(node));
    if (found !== undefined) return found;
    const away = lost.find(({ nodes }) => nodes.includes(node));
    if (away !== undefined) throw nodeLost(node, away);
    throw new LabError('NODE_UNKNOWN', `there is no node "${node}" in ${lab}`, {
      hint: didYouMean(
        node,
        machines.flatMap(({ nodes }) => nodes),
        'nodes',
      ),
    });
  };
  return {
    attach: async (node, argv) => at(node).attach(node, argv),
    exec: async (node, argv) => at(node).exec(node, argv),
    terminal: async (node, argv, size) => at(node).terminal(node, argv, size),
  };
}
