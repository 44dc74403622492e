import test from 'ava';
import * as dns from 'dns-packet';
import fc from 'fast-check';
import { answerIdentity, identityQuestion, readIdentity, readRefusal } from '../../../src/codec/dns-identity.js';

const RCODES = { 0: 'NOERROR', 1: 'FORMERR', 4: 'NOTIMP', 5: 'REFUSED' } as const;
const NSID = 3;

interface Asked {
  readonly name?: string;
  readonly type?: 'TXT' | 'A';
  readonly class?: 'CH' | 'IN';
  /** EDNS options; no EDNS at all where there are none. */
  readonly options?: readonly number[];
  readonly flags?: number;
}

function query({ name = 'id.server', type = 'TXT', class: klass = 'CH', options, flags = 0 }: Asked = {}): Buffer {
  const opt = {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 4096,
    flags: 0,
    options: (options ?? []).map((code) => ({ code, data: Buffer.alloc(0) })),
  };
  return dns.encode({
    type: 'query',
    id: 4711,
    flags,
    questions: [{ name, type, class: klass }],
    additionals: options === undefined ? [] : [opt as unknown as dns.Answer],
  });
}

/** What a resolver sees of a reply. */
function seen(reply: Buffer | undefined) {
  if (reply === undefined) return undefined;
  const { id, type, answers = [], questions = [], additionals = [], flags = 0 } = dns.decode(reply);
  const opt = additionals.find((record) => record.type === 'OPT');
  const options = opt?.type === 'OPT' ? opt.options : undefined;
  return {
    id,
    type,
    rcode: RCODES[(flags & 0xf) as keyof typeof RCODES],
    question: questions.map((each) => `${each.name} ${each.type} ${each.class ?? ''}`).join(),
    texts: answers.flatMap((record) =>
      record.type === 'TXT'
        ? [`${record.name} ${String(record.class)} ${String(record.ttl)} ${[record.data].flat().join('')}`]
        : [],
    ),
    nsid: options?.map((option) => [option.code, Buffer.from((option as { data: Uint8Array }).data).toString()]),
  };
}

test('the question is id.server TXT CH, and asks for NSID', (t) => {
  const { questions, additionals, id, type } = dns.decode(identityQuestion(65_535));
  t.like({ id, type }, { id: 65_535, type: 'query' });
  t.deepEqual(questions, [{ name: 'id.server', type: 'TXT', class: 'CH' }]);
  const [opt] = additionals ?? [];
  t.is(opt?.type, 'OPT');
  t.deepEqual(
    opt?.type === 'OPT'
      ? opt.options.map((option) => [option.code as number, (option as { data: Uint8Array }).data.length])
      : [],
    [[NSID, 0]],
  );
});

test('our question gets our answer: the instance, under the id of the question', (t) => {
  const reply = answerIdentity(identityQuestion(7), 'server-a');
  t.deepEqual(reply === undefined ? undefined : readIdentity(reply), { id: 7, instance: 'server-a' });
  t.deepEqual(seen(reply)?.nsid, [[NSID, 'server-a']]);
});

for (const name of ['id.server', 'hostname.bind', 'ID.Server', 'HOSTNAME.bInD']) {
  test(`${name} TXT CH is answered with the instance, the name as it was asked`, (t) => {
    t.deepEqual(seen(answerIdentity(query({ name }), 'server-b')), {
      id: 4711,
      type: 'response',
      rcode: 'NOERROR',
      question: `${name} TXT CH`,
      texts: [`${name} CH 0 server-b`],
      nsid: undefined,
    });
  });
}

for (const asked of [
  { name: 'version.bind' },
  { name: 'example.com', type: 'A', class: 'IN' },
  { type: 'A' },
  { class: 'IN' },
  { name: 'www.id.server' },
  { name: 'server' },
  { name: '.' },
] as const satisfies readonly Asked[]) {
  test(`${JSON.stringify(asked)} is refused`, (t) => {
    const { name = 'id.server', type = 'TXT', class: klass = 'CH' }: Asked = asked;
    t.like(seen(answerIdentity(query(asked), 'server-a')), {
      id: 4711,
      type: 'response',
      rcode: 'REFUSED',
      question: `${name} ${type} ${klass}`,
      texts: [],
    });
  });
}

test('NSID is told when it is asked for, also with a refusal, and else not', (t) => {
  t.deepEqual(seen(answerIdentity(query({ options: [NSID] }), 'server-a'))?.nsid, [[NSID, 'server-a']]);
  t.deepEqual(seen(answerIdentity(query({ options: [10, NSID] }), 'server-a'))?.nsid, [[NSID, 'server-a']]);
  t.deepEqual(seen(answerIdentity(query({ options: [NSID], name: 'example.com' }), 'server-a'))?.nsid, [
    [NSID, 'server-a'],
  ]);
  t.deepEqual(
    seen(answerIdentity(query({ options: [] }), 'server-a'))?.nsid,
    [],
    'EDNS is answered with EDNS (RFC 6891 section 6.1.1)',
  );
  t.deepEqual(seen(answerIdentity(query({ options: [10] }), 'server-a'))?.nsid, []);
  t.is(seen(answerIdentity(query(), 'server-a'))?.nsid, undefined, 'no EDNS for whoever does not speak it');
});

test('the reply repeats that recursion was wished for', (t) => {
  t.is((answerIdentity(query({ flags: 0x100 }), 'a')?.readUInt16BE(2) ?? 0) & 0x0100, 0x0100);
  t.is((answerIdentity(query(), 'a')?.readUInt16BE(2) ?? 0) & 0x0100, 0);
});

test('responses get no answer, or two servers would talk for ever', (t) => {
  const reply = answerIdentity(query(), 'server-a') ?? Buffer.alloc(0);
  t.is(answerIdentity(reply, 'server-b'), undefined);
  const malformed = answerIdentity(query().subarray(0, 20), 'server-a') ?? Buffer.alloc(0);
  t.is(answerIdentity(malformed, 'server-b'), undefined);
});

test('what is too short for a header gets no answer; what is cut off after it gets FORMERR', (t) => {
  t.is(answerIdentity(Buffer.alloc(0), 'server-a'), undefined);
  t.is(answerIdentity(query().subarray(0, 11), 'server-a'), undefined);
  const reply = answerIdentity(query().subarray(0, 18), 'server-a');
  t.like(seen(reply), { id: 4711, type: 'response', rcode: 'FORMERR', texts: [] });
});

test('other operations than queries are not implemented, and tell nothing', (t) => {
  const reply = seen(answerIdentity(query({ flags: 2 << 11 }), 'server-a'));
  t.like(reply, { id: 4711, type: 'response', rcode: 'NOTIMP' });
  t.deepEqual(reply?.texts, []);
});

test('only a response with a text tells who answered', (t) => {
  t.is(readIdentity(identityQuestion(1)), undefined);
  t.is(readIdentity(Buffer.from('not DNS at all')), undefined);
  t.is(readIdentity(answerIdentity(query({ name: 'example.com' }), 'server-a') ?? Buffer.alloc(0)), undefined);
  const parts = dns.encode({
    type: 'response',
    id: 9,
    answers: [{ type: 'TXT', class: 'CH', name: 'id.server', data: ['server', '-a'] }],
  });
  t.deepEqual(readIdentity(parts), { id: 9, instance: 'server-a' });
});

test('a reply with an error code refuses the question of its id; answers and questions do not', (t) => {
  t.is(readRefusal(answerIdentity(query({ name: 'example.com' }), 'server-a') ?? Buffer.alloc(0)), 4711);
  t.is(readRefusal(answerIdentity(query(), 'server-a') ?? Buffer.alloc(0)), undefined);
  t.is(readRefusal(query({ flags: 5 })), undefined);
  t.is(readRefusal(Buffer.alloc(11, 0xff)), undefined);
});

test('any bytes at all are answered or dropped, never thrown at', (t) => {
  const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(bytes, (message) => {
      readIdentity(message);
      const reply = answerIdentity(message, 'server-a');
      return reply === undefined || (reply.length >= 12 && reply.readUInt16BE(2) >= 0x8000);
    }),
    { numRuns: 500 },
  );
  t.pass();
});

/** A query for a name of any bytes, of any type and class. */
const anyQuery = fc
  .tuple(
    fc.array(fc.uint8Array({ minLength: 1, maxLength: 63 }), { maxLength: 3 }),
    fc.integer({ min: 0, max: 0xffff }),
    fc.integer({ min: 0, max: 0xffff }),
  )
  .map(([labels, type, klass]) => {
    const name = Buffer.concat([...labels.map((label) => Buffer.from([label.length, ...label])), Buffer.from([0])]);
    const tail = Buffer.from([type >> 8, type & 0xff, klass >> 8, klass & 0xff]);
    return Buffer.concat([Buffer.from('12670000000100000000' + '0000', 'hex'), name, tail]);
  });

test('any well-formed query is answered under its id', (t) => {
  fc.assert(
    fc.property(anyQuery, (message) => answerIdentity(message, 'server-a')?.readUInt16BE(0) === 0x1267),
    { numRuns: 300 },
  );
  t.pass();
});

test('a reply repeats the question byte by byte (RFC 1035 section 4.1.2), or a resolver does not take it', (t) => {
  fc.assert(
    fc.property(
      anyQuery,
      (message) =>
        answerIdentity(message, 'server-a')?.subarray(12, message.length).equals(message.subarray(12)) === true,
    ),
    { numRuns: 300 },
  );
  t.pass();
});
