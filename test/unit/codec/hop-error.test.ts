import test from 'ava';
import fc from 'fast-check';
import { parseHopError } from '../../../src/codec/hop-error.js';

const OUR_PORT = 40_000;
const UDP = 17;
const TCP = 6;

function ipv4Header(from: readonly number[], protocol: number, optionWords = 0): Buffer {
  const header = Buffer.alloc(20 + 4 * optionWords);
  header[0] = 0x40 | (5 + optionWords);
  header[9] = protocol;
  header.set(from, 12);
  return header;
}

function ipv6Header(protocol: number): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 0x60;
  header[6] = protocol;
  return header;
}

/** The start of a datagram from `port`: the UDP header and the id of the question. */
function datagram(port: number, questionId: number): Buffer {
  const bytes = Buffer.alloc(20);
  bytes.writeUInt16BE(port, 0);
  bytes.writeUInt16BE(53, 2);
  bytes.writeUInt16BE(questionId, 8);
  return bytes;
}

const icmp = (type: number): Buffer => Buffer.from([type, 0, 0, 0, 0, 0, 0, 0]);

interface Quoted {
  readonly port?: number;
  readonly protocol?: number;
  readonly outerOptions?: number;
  readonly quotedOptions?: number;
}

function icmpv4(
  type: number,
  { port = OUR_PORT, protocol = UDP, outerOptions = 0, quotedOptions = 0 }: Quoted = {},
): Buffer {
  return Buffer.concat([
    ipv4Header([10, 0, 0, 1], 1, outerOptions),
    icmp(type),
    ipv4Header([10, 0, 0, 9], protocol, quotedOptions),
    datagram(port, 0x1234),
  ]);
}

function icmpv6(type: number, { port = OUR_PORT, protocol = UDP }: Quoted = {}): Buffer {
  return Buffer.concat([icmp(type), ipv6Header(protocol), datagram(port, 0x1234)]);
}

test('IPv4: a router says that the question went as far as it may', (t) => {
  t.deepEqual(parseHopError(icmpv4(11), 'ipv4', OUR_PORT), {
    kind: 'hop-limit-exceeded',
    from: '10.0.0.1',
    questionId: 0x1234,
  });
  t.deepEqual(parseHopError(icmpv4(3), 'ipv4', OUR_PORT), {
    kind: 'unreachable',
    from: '10.0.0.1',
    questionId: 0x1234,
  });
});

test('IPv4: headers with options are longer, the one that came and the one that is quoted', (t) => {
  for (const [outerOptions, quotedOptions] of [
    [1, 0],
    [0, 3],
    [10, 10],
  ] as const) {
    const message = icmpv4(11, { outerOptions, quotedOptions });
    t.deepEqual(parseHopError(message, 'ipv4', OUR_PORT), {
      kind: 'hop-limit-exceeded',
      from: '10.0.0.1',
      questionId: 0x1234,
    });
  }
});

test('IPv6: the message does not name its sender', (t) => {
  t.deepEqual(parseHopError(icmpv6(3), 'ipv6', OUR_PORT), {
    kind: 'hop-limit-exceeded',
    from: undefined,
    questionId: 0x1234,
  });
  t.deepEqual(parseHopError(icmpv6(1), 'ipv6', OUR_PORT), { kind: 'unreachable', from: undefined, questionId: 0x1234 });
});

test('errors about other sockets, and messages that are no errors, are nothing to us', (t) => {
  t.is(parseHopError(icmpv4(11, { port: 40_001 }), 'ipv4', OUR_PORT), undefined);
  t.is(parseHopError(icmpv6(3, { port: 40_001 }), 'ipv6', OUR_PORT), undefined);
  for (const type of [0, 5, 8, 12]) t.is(parseHopError(icmpv4(type), 'ipv4', OUR_PORT), undefined, `ICMP type ${type}`);
  for (const type of [2, 4, 128, 135])
    t.is(parseHopError(icmpv6(type), 'ipv6', OUR_PORT), undefined, `ICMPv6 type ${type}`);
});

test('errors about TCP are nothing to us, although its ports stand where those of UDP do', (t) => {
  t.is(parseHopError(icmpv4(11, { protocol: TCP }), 'ipv4', OUR_PORT), undefined);
  t.is(parseHopError(icmpv6(3, { protocol: TCP }), 'ipv6', OUR_PORT), undefined);
});

test('a message that ends before the id of the question is nothing to us', (t) => {
  for (const [message, family, enough] of [
    [icmpv4(11), 'ipv4', 58],
    [icmpv6(3), 'ipv6', 58],
  ] as const) {
    t.not(parseHopError(message.subarray(0, enough), family, OUR_PORT), undefined);
    for (let length = 0; length < enough; length++) {
      t.is(parseHopError(message.subarray(0, length), family, OUR_PORT), undefined, `${length} bytes`);
    }
  }
});

test('any bytes at all are read without an error', (t) => {
  const bytes = fc.uint8Array({ maxLength: 140 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(
      bytes,
      fc.constantFrom('ipv4' as const, 'ipv6' as const),
      fc.integer({ min: 0, max: 0xffff }),
      (message, family, port) => {
        parseHopError(message, family, port);
      },
    ),
    { numRuns: 500 },
  );
  t.pass();
});
