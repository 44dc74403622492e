import test from 'ava';
import { markdownSummary } from '../../../src/report/files/markdown.js';
import { aBrokenReport, aTestReport } from '../../support/a-test-report.js';

test('a summary has the tally, what did not hold, a picture, and who moved', (t) => {
  const page = markdownSummary([aTestReport(), aBrokenReport()]);
  t.log(page);
  t.regex(page, /^# \d+ of \d+ expectations failed\n/);
  t.regex(
    page,
    /\n\| topology \| passed \| failed \| inconclusive \| time \|\n\| --- \| --- \| --- \| --- \| --- \|\n/,
  );
  t.regex(page, /\n- \*\*fail\*\*: .*: saw /);
  t.regex(page, /\n```mermaid\nflowchart TB\n[^]*server-a[^]*\n```\n/);
  t.regex(page, /\n\| fail server-a \| client1 \| \S+ \| server-a \| server-b \| \d+ ms \| \d+ of \d+ \|\n/);
  t.regex(page, /\n\*\*Not tested\*\*, [A-Z_]+: /);
});

test('no name or title is markup, and no cell ends early', (t) => {
  const page = markdownSummary([{ ...aTestReport(), title: 'a | b <img src=x> `c`\n# d' }]);
  t.true(page.includes(String.raw`a \| b \<img src=x\> \`c\` \# d`));
});
