// Reads AVA's TAP, its one machine-readable format, prints it for people, and counts. By hand: it needs two kinds of
// line, and nothing in this folder may need a package.

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped skipped tests, and those still to be written
 */

/** @param {Tally} tally */
export function formatTally({ passed, failed, skipped }) {
  const skips = skipped === 0 ? '' : `, ${String(skipped)} skipped`;
  return `${String(passed)} passed, ${String(failed)} failed${skips}`;
}

/**
 * What one line of TAP says about a test, or undefined when it is about none.
 *
 * @param {string} line
 * @returns {{outcome: keyof Tally, title: string} | undefined}
 */
export function parseTestLine(line) {
  const match = /^(not ok|ok) \d+(?: - (.*?))?(?: # (SKIP|TODO)\b.*)?$/.exec(line);
  if (match === null) return undefined;
  const [, result, title = '', directive] = match;
  if (directive !== undefined) return { outcome: 'skipped', title };
  return { outcome: result === 'ok' ? 'passed' : 'failed', title };
}

/** @type {Readonly<Record<keyof Tally, string>>} */
const marks = { passed: '  ✔', failed: '  ✖', skipped: '  -' };
const isNoise = (/** @type {string} */ line) =>
  line === '' || /^(?:TAP version \d+|\d+\.\.\d+|# (?:tests|pass|fail|skip|todo) \d+)$/.test(line);

/**
 * A reader for TAP in pieces of any size: prints each test and the details of failures as they arrive.
 *
 * @param {(line: string) => void} print
 */
export function createTapReader(print) {
  /** @type {Tally} */
  const tally = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const failures = [];
  let rest = '';
  /** @param {string} line */
  const read = (line) => {
    const test = parseTestLine(line);
    if (test !== undefined) {
      tally[test.outcome] += 1;
      if (test.outcome === 'failed') failures.push(test.title);
      print(`${marks[test.outcome]} ${test.title}`);
    } else if (!isNoise(line)) {
      print(`  ${line}`);
    }
  };
  return {
    /** @param {string} chunk */
    push(chunk) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(read);
    },
    /** @returns {Tally & {failures: readonly string[]}} the count, and the titles of what failed */
    end() {
      if (rest !== '') read(rest);
      rest = '';
      return { ...tally, failures };
    },
  };
}
