export { randomFrom } from '../../src/generate/random.js';

/** The seed of this run: another one each time, unless NEARCAST_TEST_SEED says which. */
export function seedOfRun(): number {
  return Number(process.env['NEARCAST_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
}
