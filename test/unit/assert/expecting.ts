import { readExpectations } from '../../../src/topology/file/expectations.js';
import type { FileExpectations } from '../../../src/topology/file/schema.js';
import type { Expectation, Expectations } from '../../../src/topology/model/step.js';

/**
 * An `expect` as a file has it. Its type is none that an object of TypeScript could have: words beside the names of
 * clients.
 */
export type FileExpect = Readonly<Record<string, unknown>>;

/** What an `expect` of a file means, in a lab with these clients. */
export function expecting(expect: FileExpect, clients: readonly string[] = ['client1', 'client2']): Expectations {
  return readExpectations(expect as FileExpectations, clients);
}

/** The first thing that it says of answers. */
export function firstAnswer(expect: FileExpect): Expectation {
  const [first] = expecting(expect).answers;
  if (first === undefined) throw new Error('nothing is said of answers');
  return first;
}
