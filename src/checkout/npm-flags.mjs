// `npm run lab up figure3 --json` hands --json to npm, not to nearcast: npm keeps every flag that stands before `--`
// and passes it to its script only through the environment (npm_config_json=true). A lab that silently ran on the wrong
// runtime would be worse than a refusal, so it is refused, with the command that was meant.
//
// A setting of the same name in a user's own npmrc (`json=true`) looks the same from here and is refused as well. It is
// rare, the message names the way out, and telling the two apart would mean reading npm's files as npm reads them.

/**
 * nearcast's flags that npm can swallow. `value` flags are followed by something; the others are switches.
 * `color` is absent on purpose: see `wantsNoColor`.
 *
 * @type {ReadonlyMap<string, 'switch' | 'value'>}
 */
const labFlags = new Map([
  ['add', 'value'],
  ['after', 'value'],
  ['against', 'value'],
  ['all', 'switch'],
  ['all-failures', 'switch'],
  ['annotate', 'switch'],
  ['announce', 'value'],
  ['answers', 'switch'],
  ['as-graph', 'value'],
  ['ases', 'value'],
  ['baseline', 'value'],
  ['client', 'value'],
  ['containerlab', 'switch'],
  ['containers', 'switch'],
  ['cookies', 'switch'],
  ['corrupt', 'value'],
  ['count', 'value'],
  ['csv', 'value'],
  ['dark', 'switch'],
  ['delay', 'value'],
  ['double', 'switch'],
  ['dry-run', 'switch'],
  ['duplicate', 'value'],
  ['duration', 'value'],
  ['evidence', 'value'],
  ['fail', 'value'],
  ['fix', 'switch'],
  ['flows', 'value'],
  ['follow', 'switch'],
  ['for', 'value'],
  ['forge', 'switch'],
  ['format', 'value'],
  ['how', 'value'],
  ['forecast', 'switch'],
  ['frr', 'value'],
  ['html', 'value'],
  ['interval', 'value'],
  ['jitter', 'value'],
  ['json', 'switch'],
  ['junit', 'value'],
  ['keep', 'switch'],
  ['keep-routes', 'switch'],
  ['key', 'value'],
  ['kind', 'value'],
  ['lab', 'value'],
  ['links', 'value'],
  ['listen', 'value'],
  ['lose', 'value'],
  ['loss', 'value'],
  ['machines', 'value'],
  ['method', 'value'],
  ['name', 'value'],
  ['nearest', 'switch'],
  ['open', 'switch'],
  ['origins', 'value'],
  ['output', 'value'],
  ['packets', 'value'],
  ['parallel', 'value'],
  ['path', 'value'],
  ['period', 'value'],
  ['port', 'value'],
  ['prepend', 'value'],
  ['protocol', 'value'],
  ['quiet', 'switch'],
  ['rate', 'value'],
  ['read-only', 'switch'],
  ['reorder', 'value'],
  ['report', 'value'],
  ['routers', 'value'],
  ['runs', 'value'],
  ['runtime', 'value'],
  ['send', 'value'],
  ['seed', 'value'],
  ['service', 'value'],
  ['shape', 'value'],
  ['snap', 'value'],
  ['snapshot', 'value'],
  ['strict', 'switch'],
  ['student', 'value'],
  ['source-ports', 'value'],
  ['summary', 'value'],
  ['tap', 'value'],
  ['timeline', 'value'],
  ['timeout', 'value'],
  ['to', 'value'],
  ['trace', 'switch'],
  ['trust', 'switch'],
  ['value', 'value'],
  ['verbose', 'switch'],
  ['who', 'switch'],
  ['weights', 'value'],
  ['with-capture', 'value'],
]);

/** Switches that can be off: npm passes `--no-keep-routes` on as a `keep-routes` that is empty. */
const negatable = new Set(['forecast', 'forge', 'keep-routes', 'open']);

/** @typedef {Readonly<Record<string, string | undefined>>} Environment */

/**
 * What npm kept of one flag. Newer npm versions take every unknown flag for a switch and leave its value among the
 * other words; older ones keep the value too.
 *
 * @param {string} flag
 * @param {string} kept
 * @returns {readonly {flag: string, value: string | undefined}[]}
 */
function readKept(flag, kept) {
  return kept.split('\n\n').map((value) => ({ flag, value: value === 'true' || value === '' ? undefined : value }));
}

/**
 * The flags that npm kept for itself, as `{flag, value}`; empty when all reached nearcast.
 *
 * @param {readonly string[]} words what reached nearcast
 * @param {Environment} env
 */
export function findSwallowedFlags(words, env) {
  if (env['npm_lifecycle_event'] !== 'lab') return [];
  const given = new Set(words.filter((word) => word.startsWith('--')).map((word) => word.slice(2).split('=', 1)[0]));
  return [...labFlags.keys()].flatMap((flag) => {
    const kept = env[`npm_config_${flag.replaceAll('-', '_')}`];
    if (kept === '' && negatable.has(flag) && !given.has(`no-${flag}`))
      return [{ flag: `no-${flag}`, value: undefined }];
    // npm gives a switch that is off the empty string; `loglevel` (npm run -s) is npm's own, and no flag of nearcast.
    return kept === undefined || kept === '' || given.has(flag) ? [] : readKept(flag, kept);
  });
}

/**
 * A refusal that shows the command as it was meant, or undefined when npm kept no flag.
 *
 * @param {readonly string[]} words what reached nearcast, such as `['up', 'figure3']`
 * @param {Environment} env
 * @returns {string | undefined}
 */
export function explainSwallowedFlags(words, env) {
  const swallowed = findSwallowedFlags(words, env);
  if (swallowed.length === 0) return undefined;
  const separator = words.indexOf('--');
  const before = separator === -1 ? [...words] : words.slice(0, separator);
  const after = separator === -1 ? [] : words.slice(separator);
  const wantsValue = swallowed.filter(({ flag, value }) => labFlags.get(flag) === 'value' && value === undefined);
  // One lost value is the last word, where people write flags; with several, their order is lost as well.
  const lost = wantsValue.length === 1 && before.length > 1 ? before.pop() : undefined;
  const flags = swallowed.flatMap(({ flag, value }) => {
    if (labFlags.get(flag) !== 'value') return value === undefined ? [`--${flag}`] : [`--${flag}`, value];
    return [`--${flag}`, value ?? lost ?? `<${flag}>`];
  });
  const names = [...new Set(swallowed.map(({ flag }) => `--${flag}`))].join(', ');
  return [
    `npm kept ${names} for itself: a \`--\` must stand before the words meant for nearcast. This is what you meant:`,
    `  npm run lab -- ${[...before, ...flags, ...after].map(quoteForShell).join(' ')}`,
    `(If ${names} stands in your own npmrc instead, run: node src/checkout.mjs lab ...)`,
  ].join('\n');
}

/**
 * `--no-color` before `--`, or `color=false` in an npmrc: npm keeps it, and it means the same to both, so it is obeyed.
 *
 * @param {Environment} env
 */
export function wantsNoColor(env) {
  return env['npm_config_color'] === '' || env['npm_config_color'] === 'false';
}

/** @param {string} word */
function quoteForShell(word) {
  return /^[\w@%+=:,./<>-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
