import test from 'ava';
import fc from 'fast-check';
import { Address6 } from 'ip-address';
import {
  addressAt,
  contains,
  formatAddress,
  lastValue,
  overlaps,
  parseAddress,
  parsePrefix,
  prefixSize,
  subnetAt,
} from '../../../src/support/ip.js';
import type { Prefix } from '../../../src/support/ip.js';

function network(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (parsed?.kind !== 'network') throw new Error(`${text} is no network`);
  return parsed.prefix;
}

test('an address is read in its canonical form', (t) => {
  t.like(parseAddress('192.0.2.53'), { family: 'ipv4', text: '192.0.2.53', value: 0xc0000235n });
  t.like(parseAddress('2001:DB8:0:0:0::0053'), { family: 'ipv6', text: '2001:db8::53' });
  t.is(parseAddress('::')?.text, '::');
  t.is(parseAddress('::1')?.value, 1n);
  t.is(
    parseAddress('2001:db8:0:1:1:1:1:1')?.text,
    '2001:db8:0:1:1:1:1:1',
    'one zero group is not shortened (RFC 5952)',
  );
  t.is(parseAddress('1:0:0:2:0:0:0:3')?.text, '1:0:0:2::3', 'the longest run of zeros is');
  t.is(parseAddress('::ffff:192.0.2.1')?.value, 0xffffc0000201n);
});

for (const text of [
  '',
  '1',
  '1.2.3',
  '1.2.3.4.5',
  '256.0.0.1',
  '010.0.0.1',
  '1.2.3.4/24',
  ' 1.2.3.4',
  '1.2.3.4 ',
  '0x1.2.3.4',
  ':',
  ':::',
  '1::2::3',
  '12345::',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  'fe80::1%eth0',
  '::/64',
  'g::',
  '::1.2.3',
  'example.com',
]) {
  test(`no address: "${text}"`, (t) => {
    t.is(parseAddress(text), undefined);
  });
}

test('a prefix is read with its network; an address inside one says which network it is', (t) => {
  t.like(parsePrefix('10.0.0.0/9'), { kind: 'network', prefix: { text: '10.0.0.0/9', length: 9 } });
  t.like(parsePrefix('192.0.2.5/30'), { kind: 'host-bits', prefix: { text: '192.0.2.4/30' } });
  t.like(parsePrefix('2001:db8::1/64'), { kind: 'host-bits', prefix: { text: '2001:db8::/64' } });
  t.like(parsePrefix('0.0.0.0/0'), { kind: 'network', prefix: { text: '0.0.0.0/0' } });
  for (const text of [
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '::/129',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '/8',
    '10.0.0.0/-1',
    '10.0.0.0/1e1',
  ]) {
    t.is(parsePrefix(text), undefined, text);
  }
});

test('prefixes contain and overlap what lies in them, of their own family only', (t) => {
  const wide = network('10.0.0.0/8');
  t.true(contains(wide, network('10.128.0.0/9')));
  t.false(contains(network('10.128.0.0/9'), wide));
  t.true(overlaps(network('10.128.0.0/9'), wide));
  t.false(overlaps(network('10.0.0.0/9'), network('10.128.0.0/9')));
  t.false(overlaps(network('0.0.0.0/0'), network('::/0')));
  t.is(prefixSize(wide), 1n << 24n);
  t.is(formatAddress('ipv4', lastValue(wide)), '10.255.255.255');
});

test('addresses and subnets are counted from the start of a prefix, and end with it', (t) => {
  t.is(addressAt(network('10.0.0.0/30'), 3).text, '10.0.0.3');
  t.is(addressAt(network('2001:db8::/64'), 2n ** 64n - 1n).text, '2001:db8::ffff:ffff:ffff:ffff');
  t.is(subnetAt(network('10.0.0.0/9'), 31, 3).text, '10.0.0.6/31');
  t.is(subnetAt(network('fd00::/48'), 64, 65_535).text, 'fd00:0:0:ffff::/64');
  t.throws(() => addressAt(network('10.0.0.0/30'), 4), { instanceOf: RangeError, message: /10\.0\.0\.0\/30/ });
  t.throws(() => addressAt(network('10.0.0.0/30'), -1), { instanceOf: RangeError });
  t.throws(() => subnetAt(network('10.0.0.0/30'), 31, 2), { instanceOf: RangeError });
  t.throws(() => subnetAt(network('10.0.0.0/30'), 29, 0), { instanceOf: RangeError });
});

test('what is formatted can be read again', (t) => {
  fc.assert(
    fc.property(
      fc.constantFrom('ipv4' as const, 'ipv6' as const),
      fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
      (family, number) => {
        const value = family === 'ipv4' ? number % 2n ** 32n : number;
        t.deepEqual(parseAddress(formatAddress(family, value)), { family, value, text: formatAddress(family, value) });
      },
    ),
    { numRuns: 300 },
  );
  t.pass();
});

test('every IPv6 address is read as the library reads it', (t) => {
  // Half of the groups are zero, so that there is something to shorten.
  const groups = fc.array(fc.oneof(fc.constant(0), fc.nat(0xffff)), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(groups, (numbers) => {
      const text = numbers.map((number) => number.toString(16)).join(':');
      const address = new Address6(text);
      t.deepEqual(parseAddress(text), { family: 'ipv6', text: address.correctForm(), value: address.bigInt() });
    }),
    { numRuns: 2000 },
  );
});
