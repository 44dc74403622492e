import { Readable } from 'node:stream';
import test from 'ava';
import fc from 'fast-check';
import { readLines } from '../../../src/support/lines.js';

async function linesOf(...chunks: readonly (string | Buffer)[]): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of readLines(
    Readable.from(
      chunks.map((chunk) => Buffer.from(chunk)),
      { objectMode: false },
    ),
  ))
    lines.push(line);
  return lines;
}

test('lines come without their ends, the last one also where it has none', async (t) => {
  t.deepEqual(await linesOf('a\nb\n'), ['a', 'b']);
  t.deepEqual(await linesOf('a\nb'), ['a', 'b']);
  t.deepEqual(await linesOf('a\n\nb\n'), ['a', '', 'b']);
  t.deepEqual(await linesOf('\n'), ['']);
  t.deepEqual(await linesOf(), []);
});

test('lines do not care how a stream is cut, not even inside a character', async (t) => {
  t.deepEqual(await linesOf('a', 'b\nc', '\n'), ['ab', 'c']);
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: fc.constantFrom('a', 'ß', '€', '😀', '\n'), maxLength: 20 }),
      fc.nat({ max: 60 }),
      async (text, cut) => {
        const bytes = Buffer.from(text);
        t.deepEqual(await linesOf(bytes.subarray(0, cut), bytes.subarray(cut)), await linesOf(bytes));
        t.is((await linesOf(bytes)).join('\n'), text.replace(/\n$/, ''));
      },
    ),
    { numRuns: 100 },
  );
});

test('a broken stream is an error, after the lines that came before it', async (t) => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from('a\nb');
    await Promise.resolve();
    throw new Error('cut');
  }
  const lines: string[] = [];
  await t.throwsAsync(
    async () => {
      for await (const line of readLines(Readable.from(broken(), { objectMode: false }))) lines.push(line);
    },
    { message: 'cut' },
  );
  t.deepEqual(lines, ['a']);
});
