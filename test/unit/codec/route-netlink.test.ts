import test from 'ava';
import fc from 'fast-check';
import { isLastOfDump, readKernelNews, routeDumpRequest } from '../../../src/codec/route-netlink.js';
import { parseAddress } from '../../../src/support/ip.js';

/* The bytes are those of rtnetlink(7): struct nlmsghdr, a fixed part for each kind of message, and attributes. */

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function message(type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const header = Buffer.alloc(16);
  header.writeUInt32LE(16 + body.length, 0);
  header.writeUInt16LE(type, 4);
  return padded(Buffer.concat([header, body]));
}

function attribute(type: number, value: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16LE(4 + value.length, 0);
  header.writeUInt16LE(type, 2);
  return padded(Buffer.concat([header, value]));
}

function address(text: string): Buffer {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(text);
  const size = parsed.family === 'ipv4' ? 4 : 16;
  return Buffer.from(parsed.value.toString(16).padStart(size * 2, '0'), 'hex');
}

const NEW_LINK = 16;
const DELETE_LINK = 17;
const NEW_ADDRESS = 20;
const DELETE_ADDRESS = 21;
const NEW_ROUTE = 24;
const DELETE_ROUTE = 25;
const UP = 0x1;
const LOWER_UP = 0x1_0000;

const link = (type: number, index: number, flags: number): Buffer =>
  message(type, Buffer.alloc(4), u32(index), u32(flags), u32(0), attribute(3, Buffer.from('eth1\0')));
const addressOn = (type: number, index: number, text: string): Buffer =>
  message(type, Buffer.from([address(text).length === 4 ? 2 : 10, 32, 0, 0]), u32(index), attribute(1, address(text)));

interface Route {
  readonly family?: number;
  readonly table?: number;
  readonly length: number;
  readonly flags?: number;
  readonly attributes: readonly Buffer[];
}

function route(type: number, { family = 2, table = 254, length, flags = 0, attributes }: Route): Buffer {
  return message(type, Buffer.from([family, length, 0, 0, table, 11, 0, 1]), u32(flags), ...attributes);
}

const to = (text: string): Buffer => attribute(1, address(text));
const by = (index: number, gateway?: string): readonly Buffer[] => [
  ...(gateway === undefined ? [] : [attribute(5, address(gateway))]),
  attribute(4, u32(index)),
];

function hop(index: number, gateway: string, flags = 0): Buffer {
  const inner = attribute(5, address(gateway));
  const header = Buffer.alloc(8);
  header.writeUInt16LE(8 + inner.length, 0);
  header.writeUInt8(flags, 2);
  header.writeInt32LE(index, 4);
  return Buffer.concat([header, inner]);
}

test('a link is up when it is set up and has a carrier', (t) => {
  const news = (flags: number): unknown => readKernelNews(link(NEW_LINK, 3, flags))[0];
  const eth1 = { kind: 'link', index: 3, isGone: false };
  t.deepEqual(news(UP | LOWER_UP), { ...eth1, isEnabled: true, isUp: true });
  t.deepEqual(news(UP), { ...eth1, isEnabled: true, isUp: false });
  t.deepEqual(news(LOWER_UP), { ...eth1, isEnabled: false, isUp: false });
  t.deepEqual(readKernelNews(link(DELETE_LINK, 3, 0)), [{ ...eth1, isEnabled: false, isUp: false, isGone: true }]);
});

test('an address comes to lo and goes', (t) => {
  t.deepEqual(readKernelNews(addressOn(NEW_ADDRESS, 1, '192.0.2.53')), [
    { kind: 'address', index: 1, address: '192.0.2.53', isGone: false },
  ]);
  t.deepEqual(readKernelNews(addressOn(DELETE_ADDRESS, 1, '2001:db8:53::53')), [
    { kind: 'address', index: 1, address: '2001:db8:53::53', isGone: true },
  ]);
});

test('a route of either family has its prefix, its next hop, and its interface', (t) => {
  t.deepEqual(readKernelNews(route(NEW_ROUTE, { length: 32, attributes: [to('192.0.2.53'), ...by(2, '10.0.0.3')] })), [
    {
      kind: 'route',
      prefix: '192.0.2.53/32',
      hops: [{ index: 2, via: '10.0.0.3', isDead: false }],
      metric: 0,
      isGone: false,
    },
  ]);
  t.deepEqual(
    readKernelNews(
      route(DELETE_ROUTE, { family: 10, length: 128, attributes: [to('2001:db8:53::53'), ...by(2, 'fe80::1')] }),
    ),
    [
      {
        kind: 'route',
        prefix: '2001:db8:53::53/128',
        hops: [{ index: 2, via: 'fe80::1', isDead: false }],
        metric: 0,
        isGone: true,
      },
    ],
  );
  t.deepEqual(readKernelNews(route(NEW_ROUTE, { length: 24, attributes: [to('10.0.0.0'), ...by(2)] })), [
    {
      kind: 'route',
      prefix: '10.0.0.0/24',
      hops: [{ index: 2, via: undefined, isDead: false }],
      metric: 0,
      isGone: false,
    },
  ]);
});

test('a default route has no destination', (t) => {
  t.like(readKernelNews(route(NEW_ROUTE, { length: 0, attributes: by(2, '10.0.0.1') }))[0], { prefix: '0.0.0.0/0' });
  t.like(readKernelNews(route(NEW_ROUTE, { family: 10, length: 0, attributes: by(2, 'fe80::1') }))[0], {
    prefix: '::/0',
  });
});

test('of a route over several next hops all are there, in their order', (t) => {
  const several = attribute(9, Buffer.concat([hop(2, '10.0.0.3'), hop(3, '10.0.0.5')]));
  t.like(readKernelNews(route(NEW_ROUTE, { length: 32, attributes: [to('192.0.2.53'), several] }))[0], {
    hops: [
      { index: 2, via: '10.0.0.3', isDead: false },
      { index: 3, via: '10.0.0.5', isDead: false },
    ],
  });
});

test('a next hop that the kernel does not use is dead, alone or among several; one without a carrier is not dead by that alone', (t) => {
  const dead = 0x1;
  const linkDown = 0x10;
  const several = attribute(9, Buffer.concat([hop(2, '10.0.0.3', dead | linkDown), hop(3, '10.0.0.5', linkDown)]));
  const news = readKernelNews(
    Buffer.concat([
      route(NEW_ROUTE, { length: 32, flags: dead | linkDown, attributes: [to('192.0.2.53'), ...by(2, '10.0.0.3')] }),
      route(NEW_ROUTE, { length: 32, flags: linkDown, attributes: [to('192.0.2.53'), ...by(2, '10.0.0.3')] }),
      route(NEW_ROUTE, { length: 32, attributes: [to('192.0.2.53'), several] }),
    ]),
  );
  t.deepEqual(
    news.map((each) => (each.kind === 'route' ? each.hops.map(({ isDead }) => isDead) : [])),
    [[true], [false], [true, false]],
  );
});

test('a route without an interface, such as one that refuses, has no next hops', (t) => {
  t.like(readKernelNews(route(NEW_ROUTE, { length: 32, attributes: [to('192.0.2.53')] }))[0], { hops: [] });
});

test('only the main table counts, by the attribute where there is one', (t) => {
  const attributes = [to('192.0.2.53'), ...by(1)];
  t.deepEqual(readKernelNews(route(NEW_ROUTE, { table: 255, length: 32, attributes })), []);
  t.deepEqual(
    readKernelNews(route(NEW_ROUTE, { table: 252, length: 32, attributes: [...attributes, attribute(15, u32(1000))] })),
    [],
  );
  t.is(
    readKernelNews(route(NEW_ROUTE, { table: 0, length: 32, attributes: [...attributes, attribute(15, u32(254))] }))
      .length,
    1,
  );
});

test('routes of other families, and messages of other kinds, are left out', (t) => {
  t.deepEqual(readKernelNews(route(NEW_ROUTE, { family: 28, length: 20, attributes: by(2) })), []);
  t.deepEqual(readKernelNews(message(28, Buffer.alloc(12))), []);
  t.deepEqual(readKernelNews(Buffer.alloc(0)), []);
});

const many = Buffer.concat([
  link(NEW_LINK, 3, UP),
  addressOn(NEW_ADDRESS, 1, '192.0.2.53'),
  route(NEW_ROUTE, {
    length: 32,
    attributes: [to('192.0.2.53'), attribute(9, Buffer.concat([hop(2, '10.0.0.3'), hop(3, '10.0.0.5')]))],
  }),
  route(DELETE_ROUTE, { family: 10, length: 128, attributes: [to('2001:db8:53::53'), ...by(2, 'fe80::1')] }),
]);

test('a datagram has several messages, in order', (t) => {
  t.deepEqual(
    readKernelNews(many).map(({ kind, isGone }) => [kind, isGone]),
    [
      ['link', false],
      ['address', false],
      ['route', false],
      ['route', true],
    ],
  );
});

test('of a datagram that is cut off, the messages that are whole are read', (t) => {
  const whole = readKernelNews(many);
  for (let length = 0; length <= many.length; length++) {
    const read = readKernelNews(many.subarray(0, length));
    t.deepEqual(read, whole.slice(0, read.length), String(length));
  }
  t.is(readKernelNews(many.subarray(0, -1)).length, 3);
});

test('no bytes are too strange to be read', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      t.true(Array.isArray(readKernelNews(Buffer.from(bytes))));
    }),
  );
  const type = fc.constantFrom(NEW_LINK, DELETE_LINK, NEW_ADDRESS, DELETE_ADDRESS, NEW_ROUTE, DELETE_ROUTE);
  fc.assert(
    fc.property(type, fc.uint8Array({ maxLength: 80 }), (kind, bytes) => {
      t.true(readKernelNews(message(kind, Buffer.from(bytes))).length <= 1);
    }),
    { numRuns: 2000 },
  );
  fc.assert(
    fc.property(fc.integer({ min: 0, max: many.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, value) => {
      const damaged = Buffer.from(many);
      damaged[at] = value;
      t.true(readKernelNews(damaged).length <= 8);
    }),
    { numRuns: 1000 },
  );
});

test('a list of routes is asked for by family, of the main table, and ends where the kernel says so', (t) => {
  const request = routeDumpRequest('ipv6');
  t.is(request.readUInt32LE(0), request.length);
  t.deepEqual([request.readUInt16LE(4), request.readUInt16LE(6), request[16], request[20]], [26, 0x301, 10, 254]);
  t.is(routeDumpRequest('ipv4')[16], 2);
  const some = route(NEW_ROUTE, { length: 24, attributes: [to('10.0.0.0'), ...by(2)] });
  const DONE = 3;
  const REFUSED = 2;
  t.false(isLastOfDump(Buffer.concat([some, some])));
  t.true(isLastOfDump(Buffer.concat([some, message(DONE, u32(0))])));
  t.true(isLastOfDump(message(REFUSED, u32(0), Buffer.alloc(16))));
  t.true(isLastOfDump(Buffer.alloc(0)), 'nothing is told any more');
});

test('the metric tells which of two routes to one prefix counts', (t) => {
  t.like(
    readKernelNews(
      route(NEW_ROUTE, { length: 24, attributes: [to('10.0.0.0'), ...by(2), attribute(6, u32(1024))] }),
    )[0],
    { metric: 1024 },
  );
});
