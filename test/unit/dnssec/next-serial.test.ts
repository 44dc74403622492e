import test from 'ava';
import { nextSerial } from '../../../src/dnssec/next-serial.js';
import { signZone } from '../../../src/dnssec/sign-zone.js';

const zone = (serial: number): string => `
@ 60 SOA ns hostmaster ( ; of the zone
   ${String(serial)} 7200 3600 1209600 300 )
@ NS ns
ns A 192.0.2.53
`;

test('the next version of a zone has the next serial, and nothing else is changed', (t) => {
  t.deepEqual(nextSerial('example.', zone(7)), { text: zone(8), serial: 8, signature: undefined });
  t.is(nextSerial('example.', zone(2 ** 32 - 1))?.serial, 0);
  t.is(nextSerial('example.', '@ NS ns'), undefined);
});

test('the next version of a signed zone is what signing it anew gives', (t) => {
  const next = nextSerial('example.', signZone('example.', zone(7), new Set()));
  t.is(next?.text, signZone('example.', zone(8), new Set()));
  t.true(next?.text.includes(next.signature?.toString('base64') ?? '-'));
  t.is(next?.signature?.length, 64);
});
