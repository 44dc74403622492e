import { join } from 'node:path';
import test from 'ava';
import { execaSync } from 'execa';
import { ask } from '../support/documents.js';
import { missPart } from '../support/parts.js';
import { checkout, sandboxForFile } from '../support/sandbox.js';
import { tested } from '../support/step-documents.js';

const sandbox = sandboxForFile();
/** An ordinary user's PATH is without the folder that Debian has it in. */
const haproxy = execaSync('haproxy', ['-v'], {
  reject: false,
  timeout: 30_000,
  env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
});

if (haproxy.exitCode !== 0) missPart('haproxy', 'there is none: apt-get install haproxy');
else
  test('a HAProxy leaves the anycast address with the last of its servers, and comes back with one', async (t) => {
    const { results, inconclusive } = await ask(t, sandbox, tested, [
      'test',
      join(checkout, 'docs', 'examples', 'haproxy.yml'),
    ]);
    const verdicts = results.flatMap((each) => each.verdicts);
    t.is(inconclusive, 0);
    t.deepEqual(
      verdicts.filter(({ verdict }) => verdict !== 'pass'),
      [],
    );
    t.true(verdicts.some(({ text }) => text === 'client1 and client2 are answered by lb-b'));
  });
