// `npm test` runs what it has translated, as NEARCAST_BUNDLED_TESTS says; `npx ava test/unit/x.test.ts` runs the sources.
const bundled = process.env['NEARCAST_BUNDLED_TESTS'];

/**
 * The files that take longest come first: at the end none is waited for alone. Between them, some wait for timers while others
 * keep both cores busy. All others follow in their usual order.
 */
const longest = [
  'e2e/readme',
  'contract/own-lines',
  'e2e/guides',
  'contract/golden-labs',
  'e2e/test-all',
  'contract/fault-kinds',
  'e2e/labs',
  'contract/detectors',
  'contract/generated-systems',
  'contract/sinkhole',
  'e2e/crash',
  'contract/observe',
  'e2e/unprivileged',
  'contract/own-protocols',
  'e2e/environment',
  'contract/routing-faults',
  'e2e/grade',
  'contract/selection',
  'e2e/package',
  'contract/topologies',
  'e2e/clean-clone',
];

/** @param {string} path */
function placeOf(path) {
  const place = longest.findIndex((name) => path.includes(`/test/${name}.test.`));
  return place < 0 ? longest.length : place;
}

/**
 * @param {string} one
 * @param {string} other
 */
function byLength(one, other) {
  return placeOf(one) - placeOf(other) || one.localeCompare(other);
}

/** @type {import('ava').Config} */
const sources = { files: ['test/**/*.test.ts'], extensions: { ts: 'module' }, nodeArguments: ['--import=tsx'] };

export default {
  ...(bundled === undefined
    ? sources
    : { files: [`${bundled}/test/**/*.test.js`], nodeArguments: ['--enable-source-maps'] }),
  workerThreads: false,
  // Three engines are on one machine where a swarm is tested, and each starts the containers of every lab's relay.
  concurrency: process.env['NEARCAST_TEST_SWARM'] === undefined ? 4 : 2,
  sortTestFiles: byLength,
  timeout: '3m',
};
