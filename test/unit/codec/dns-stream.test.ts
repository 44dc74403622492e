import test from 'ava';
import { DnsStream, framed } from '../../../src/codec/dns-stream.js';

const messages = [Buffer.from('first'), Buffer.alloc(0), Buffer.alloc(300, 7)];
const stream = Buffer.concat(messages.map(framed));

test('a message follows its length in two bytes', (t) => {
  t.deepEqual(framed(Buffer.from('ab')), Buffer.from([0, 2, 97, 98]));
  t.deepEqual(framed(Buffer.alloc(300)).subarray(0, 2), Buffer.from([1, 44]));
});

test('messages come out whole, wherever TCP cuts them', (t) => {
  t.deepEqual(new DnsStream().take(stream), messages);
  for (let cut = 0; cut <= stream.length; cut++) {
    const reader = new DnsStream();
    t.deepEqual([...reader.take(stream.subarray(0, cut)), ...reader.take(stream.subarray(cut))], messages, String(cut));
  }
  const reader = new DnsStream();
  t.deepEqual(Array.from(stream, (byte) => reader.take(Buffer.from([byte]))).flat(), messages);
});

test('an incomplete message is kept back', (t) => {
  const reader = new DnsStream();
  t.deepEqual(reader.take(stream.subarray(0, 1)), []);
  t.deepEqual(reader.take(stream.subarray(1, 4)), []);
  t.deepEqual(reader.take(stream.subarray(4, 7)), [Buffer.from('first')]);
});
