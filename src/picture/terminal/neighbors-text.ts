import { lookOf, looksInOrder, tagOf, type Network } from '../network.js';

/** A network in lines, for a drawing that would be too wide: each router with its neighbors, and the costs that are not 1. */
export function neighborsText({ nodes, links }: Network, columns: number): string {
  const lines = nodes
    .filter(({ role }) => role === 'transit')
    .flatMap((node) => {
      const neighbors = links.flatMap(({ a, b, cost }) => {
        const other = a === node.name ? b : b === node.name ? a : undefined;
        return other === undefined ? [] : [cost === 1 ? other : `${other} (${String(cost)})`];
      });
      const tag = tagOf(node);
      return wrapped(`${node.name}${tag === '' ? '' : ` ${tag}`} ── ${neighbors.join(', ')}`, columns);
    });
  const counts = looksInOrder.flatMap((look) => {
    const count = nodes.filter((node) => lookOf(node) === look).length;
    return count === 0 ? [] : [`${look} ${String(count)}`];
  });
  return [counts.join(', '), ...lines].join('\n');
}

/** What does not fit in a line goes on in the next one. */
function wrapped(text: string, columns: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= columns) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(last === undefined ? word : `    ${word}`);
  }
  return lines;
}
