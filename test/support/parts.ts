import test from 'ava';

/** What of the suite needs something of the machine that not every machine has, or so long that CI has it once. */
const parts = ['docker', 'browser', 'tshark', 'haproxy', 'node-versions', 'scenarios'] as const;
export type Part = (typeof parts)[number];

/**
 * The parts that a run has to have: those that it is told (`NEARCAST_TEST_PARTS=tshark`), in CI else every one,
 * elsewhere none.
 */
export function requiredParts(env: Readonly<Record<string, string | undefined>>): readonly Part[] {
  const told = env['NEARCAST_TEST_PARTS'];
  if (told === undefined) return env['CI'] === undefined ? [] : parts;
  return told
    .split(/[\s,]+/)
    .filter((word) => word !== '')
    .map((word) => {
      const part = parts.find((each) => each === word);
      if (part === undefined)
        throw new Error(`NEARCAST_TEST_PARTS: there is no part "${word}"; the parts are ${parts.join(', ')}`);
      return part;
    });
}

/** Whether a run that names its parts goes without this one. */
export function isLeftOut(part: Part, env: Readonly<Record<string, string | undefined>>): boolean {
  return env['NEARCAST_TEST_PARTS'] !== undefined && !requiredParts(env).includes(part);
}

/**
 * Says that a part is not tested here, and why: skipped where the run may go without it, and failed where it may not.
 */
export function missPart(part: Part, trouble: string): void {
  if (requiredParts(process.env).includes(part))
    test(`${part}: this run has to have it`, (t) => {
      t.fail(trouble);
    });
  else test.skip(`${part}: not tested here: ${trouble}`, () => undefined);
}
