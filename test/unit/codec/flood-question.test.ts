import test from 'ava';
import { answerIdentity, identityQuestion, isIdentityQuestion, readReply } from '../../../src/codec/dns-identity.js';
import { floodQuestion } from '../../../src/codec/flood-question.js';

test('a flood asks what no instance can answer, in a thousand bytes', (t) => {
  const question = floodQuestion();
  t.is(question.length, 1000);
  t.is(readReply(answerIdentity(question, 'server-a') ?? Buffer.alloc(0))?.rcode, 'REFUSED');
});

test('a sinkhole tells the identity question from everything else', (t) => {
  t.true(isIdentityQuestion(identityQuestion(7)));
  const reply = answerIdentity(identityQuestion(7), 'server-a') ?? Buffer.alloc(0);
  for (const other of [floodQuestion(), reply, Buffer.from('GET / HTTP/1.1'), Buffer.alloc(3), Buffer.alloc(12)])
    t.false(isIdentityQuestion(other));
});
