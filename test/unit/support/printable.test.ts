import test from 'ava';
import { printable, printableJson, printableLines, printableReport } from '../../../src/support/printable.js';
import { httpPathProblem } from '../../../src/support/http-path.js';

const hostile = 'a\u001B[31mb\u202Ec\u009Bd\u200Ee\u2066f\u061Cg\u{E0041}h\uD800i';
const shown = String.raw`a\u001b[31mb\u202ec\u009bd\u200ee\u2066f\u061cg\udb40\udc41h\ud800i`;

test('what a terminal would take for more than text is shown as its code', (t) => {
  t.is(printable(hostile), shown);
  t.is(printable('a\nb\tc\r'), String.raw`a\u000ab\u0009c\u000d`);
  t.is(printableLines(`${hostile}\n\tx\r`), `${shown}\n\tx${String.raw`\u000d`}`);
  t.is(printable('Zürich – 東京 – القاهرة 🌍'), 'Zürich – 東京 – القاهرة 🌍');
});

test('a report keeps the colors that reports have, and no other sequence, and none where there are no colors', (t) => {
  const coloured = '\u001B[1m\u001B[31mred\u001B[39m\u001B[22m \u001B[8mhidden \u001B[2J \u001B]0;title\u0007';
  t.is(
    printableReport(coloured, true),
    String.raw`${'\u001B[1m\u001B[31mred\u001B[39m\u001B[22m'} \u001b[8mhidden \u001b[2J \u001b]0;title\u0007`,
  );
  t.is(printableReport('\u001B[31mred', false), String.raw`\u001b[31mred`);
});

test('JSON that can be shown means the same', (t) => {
  const value = { [hostile]: [hostile, 'a\nb'] };
  const text = printableJson(JSON.stringify(value, undefined, 2));
  t.deepEqual(JSON.parse(text), value);
  t.notRegex(text, /(?!\n)[\p{Cc}\p{Cf}]/u);
});

test('a path of HTTP is what a request line may have, and the hint says how to write it', (t) => {
  for (const path of ['/', '/health', '/a%20b?c=d&e=f#g', '/~user/x;y=1,2'])
    t.is(httpPathProblem(path), undefined, path);
  t.is(httpPathProblem('/a b')?.hint, 'percent-encode them: /a%20b');
  t.is(httpPathProblem('/gr\u00FC\u00DFe')?.hint, 'percent-encode them: /gr%C3%BC%C3%9Fe');
  t.is(httpPathProblem('/a\r\nHost: b')?.hint, 'percent-encode them: /a%0D%0AHost:%20b');
  t.is(httpPathProblem('/\uD800')?.hint, 'percent-encode them: /%EF%BF%BD');
  t.regex(httpPathProblem('health')?.hint ?? '', /begins with "\/"/);
  t.regex(httpPathProblem('')?.hint ?? '', /begins with "\/"/);
});
