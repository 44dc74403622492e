import * as z from 'zod';
import { expectationTable, expectWords, type ExpectWord } from '../model/expectation.js';

const oneAnswer = z.union([z.string(), z.array(z.string()).min(1), z.record(z.string(), z.string())]);

export const answerSchema = z
  .union([z.string(), z.array(z.string()).min(1), z.record(z.string(), oneAnswer)])
  .describe(
    'The instance that must answer this client; a list of which one must; shares of its flows, such as {server-a: 50% +- 5%}; or nobody, for no answer. Of one service or address: {service: instance}.',
  );

type Table = typeof expectationTable;
type Shape<W extends ExpectWord> = Table[W]['shape'];
/** One value, or one for each service or address. */
type BySubject<S extends z.ZodType> = z.ZodUnion<readonly [S, z.ZodRecord<z.ZodString, S>]>;
/** How a word's values stand in a file: one, one for each client, or one for each router and destination. */
type WrittenAs<W extends ExpectWord> = Table[W]['by'] extends 'client'
  ? z.ZodRecord<z.ZodString, BySubject<Shape<W>>>
  : Table[W]['by'] extends 'router'
    ? z.ZodRecord<z.ZodString, z.ZodRecord<z.ZodString, Shape<W>>>
    : Table[W]['by'] extends 'step'
      ? BySubject<Shape<W>>
      : Shape<W>;
type ExpectShape = { [W in ExpectWord]: z.ZodOptional<WrittenAs<W>> };

function schemaOf(word: ExpectWord): z.ZodType {
  const { by, shape, says } = expectationTable[word];
  const values = {
    client: () => z.record(z.string(), bySubject(shape)),
    router: () => z.record(z.string(), z.record(z.string(), shape)),
    step: () => bySubject(shape),
    setting: () => shape,
  } satisfies Record<typeof by, () => z.ZodType>;
  return values[by]().optional().describe(says);
}

function bySubject<S extends z.ZodType>(shape: S): BySubject<S> {
  return z.union([shape, z.record(z.string(), shape)]);
}

export const expectSchema = z
  .object(Object.fromEntries(expectWords.map((word) => [word, schemaOf(word)])) as unknown as ExpectShape)
  .catchall(answerSchema)
  .describe('Which instance must answer, by client (client1, client1+client2 or all), and limits of the step.');
