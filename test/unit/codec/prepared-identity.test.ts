import test from 'ava';
import * as dns from 'dns-packet';
import fc from 'fast-check';
import { answerIdentity, identityQuestion, readIdentity } from '../../../src/codec/dns-identity.js';
import { IdentityReader, PreparedAnswer, PreparedQuestion } from '../../../src/codec/prepared-identity.js';

const anyId = fc.integer({ min: 0, max: 0xffff });
const anyBytes = fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
/** The common question, with and without something wrong with it. */
const anyQuestion = fc.oneof(
  anyId.map(identityQuestion),
  fc.tuple(anyId, fc.nat(60), fc.nat(255)).map(([id, at, byte]) => {
    const message = identityQuestion(id);
    message[at % message.length] = byte;
    return message;
  }),
  anyId.map((id) =>
    dns.encode({ type: 'query', id, questions: [{ type: 'TXT', class: 'CH', name: 'hostname.bind' }] }),
  ),
  anyBytes,
);

test('a prepared question is the question of its id', (t) => {
  const question = new PreparedQuestion();
  fc.assert(fc.property(anyId, (id) => question.withId(id).equals(identityQuestion(id))));
  t.pass();
});

test('a prepared answer is what would have been answered, to any message in any order', (t) => {
  const answer = new PreparedAnswer('server-a');
  fc.assert(
    fc.property(anyQuestion, (message) => {
      const expected = answerIdentity(message, 'server-a');
      return expected === undefined ? answer.to(message) === undefined : answer.to(message)?.equals(expected) === true;
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('what is read does not depend on what was read before', (t) => {
  const reader = new IdentityReader();
  const anyReply = fc.oneof(
    fc
      .tuple(anyQuestion, fc.constantFrom('server-a', 'server-b', 'b'))
      .map(([message, instance]) => answerIdentity(message, instance) ?? message),
    anyQuestion,
  );
  fc.assert(
    fc.property(anyReply, (message) => {
      const expected = readIdentity(message);
      const seen = reader.read(message);
      return seen?.id === expected?.id && seen?.instance === expected?.instance;
    }),
    { numRuns: 500 },
  );
  t.pass();
});
