// Parsed by Node versions that are too old for anything else: no `?.`, no `??`.

/**
 * One sentence about a Node that is too old, or undefined for one that will do.
 *
 * @param {string} wanted as in package.json: `>=20.19`
 * @param {string} found as in `process.versions.node`
 * @returns {string | undefined}
 */
export function explainOldNode(wanted, found) {
  const least = wanted.replace(/^>=\s*/, '');
  const leastParts = least.split('.').map(Number);
  const foundParts = found.split('.').map(Number);
  for (let i = 0; i < leastParts.length; i += 1) {
    const difference = (foundParts[i] || 0) - (leastParts[i] || 0);
    if (difference > 0) return undefined;
    if (difference < 0) return `nearcast needs Node ${least} or newer; this is Node ${found}.`;
  }
  return undefined;
}
