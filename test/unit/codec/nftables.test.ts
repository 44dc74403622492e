import test from 'ava';
import { errorsIn, marksRequest } from '../../../src/codec/nftables.js';

const address = Uint8Array.of(192, 0, 2, 53);
const marks = [{ family: 'ipv4', address, by: 'round-robin', first: 6000, count: 3 }] as const;

test('an empty table is made away with, in one transaction', (t) => {
  const request = marksRequest('nearcast', 'ipv4', []);
  t.deepEqual(
    request.map((message) => message.readUInt16LE(4)),
    [0x10, 0x0a00, 0x0a02, 0x11],
  );
  t.true(request.every((message) => message.readUInt32LE(0) === message.length));
});

test('a rule loads the destination, compares it, counts and marks', (t) => {
  const request = marksRequest('nearcast', 'ipv4', marks);
  t.deepEqual(
    request.map((message) => message.readUInt16LE(4)),
    [0x10, 0x0a00, 0x0a02, 0x0a00, 0x0a03, 0x0a06, 0x11],
  );
  const rule = (request[5] ?? Buffer.alloc(0)).toString('latin1');
  const order = ['payload', 'cmp', 'numgen', 'meta'].map((name) => rule.indexOf(`${name}\0`));
  t.true(order.every((at, index) => at > (order[index - 1] ?? 0)));
  t.true(rule.includes(Buffer.from(address).toString('latin1')));
  // Modulus, kind (0 counts up) and the first mark, in network byte order.
  t.true(rule.includes('\0\0\0\x03'));
  t.true(rule.includes('\0\0\x17\x70'));
});

test('errors are told by their number, and acknowledgements are none', (t) => {
  const answer = (error: number): Buffer => {
    const message = Buffer.alloc(36);
    message.writeUInt32LE(36, 0);
    message.writeUInt16LE(2, 4);
    message.writeInt32LE(error, 16);
    return message;
  };
  t.deepEqual(errorsIn(Buffer.concat([answer(0), answer(-95), answer(0)])), [95]);
  t.deepEqual(errorsIn(answer(-1).subarray(0, 10)), []);
});
