// `npm test` runs what it has translated, as NEARCAST_BUNDLED_TESTS says; `npx ava test/unit/x.test.ts` runs the sources.
const bundled = process.env['NEARCAST_BUNDLED_TESTS'];

/** @type {import('ava').Config} */
const sources = { files: ['test/**/*.test.ts'], extensions: { ts: 'module' }, nodeArguments: ['--import=tsx'] };

export default {
  ...(bundled === undefined
    ? sources
    : { files: [`${bundled}/test/**/*.test.js`], nodeArguments: ['--enable-source-maps'] }),
  workerThreads: false,
  concurrency: 3,
  timeout: '3m',
};
