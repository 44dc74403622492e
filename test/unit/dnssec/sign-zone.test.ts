import { createPublicKey, verify } from 'node:crypto';
import test from 'ava';
import { signZone } from '../../../src/dnssec/sign-zone.js';
import { readZone } from '../../../src/dnssec/zone-text.js';
import { zoneKey } from '../../../src/dnssec/zone-key.js';

const zone = `
$TTL 1h
@ SOA ns hostmaster ( 7 ; the serial
      7200 3600 1209600 300 )
@ NS ns
ns 60 IN A 192.0.2.53
   IN AAAA 2001:db8::53
*.wild TXT "a; b" c
safe NS ns.safe
ns.safe A 192.0.2.54
plain NS ns
`;
const lines = signZone('example.', zone, new Set(['example.', 'safe.example.'])).split('\n');
const having = (pattern: RegExp) => lines.filter((line) => pattern.test(line));

test('a signed zone has its key, a signature for each set of records, and a chain of names in canonical order', (t) => {
  t.regex(lines[0] ?? '', /^example\. 3600 IN SOA ns\.example\. hostmaster\.example\. 7 7200 3600 1209600 300$/);
  t.is(having(/ DNSKEY 257 3 15 /).length, 1);
  t.deepEqual(
    having(/ NSEC /)
      .filter((line) => !line.includes('RRSIG NSEC 15 '))
      .map((line) => line.replace(/ 300 IN NSEC/, ' >')),
    [
      'example. > ns.example. NS SOA RRSIG NSEC DNSKEY',
      'ns.example. > plain.example. A AAAA RRSIG NSEC',
      'plain.example. > safe.example. NS RRSIG NSEC',
      'safe.example. > *.wild.example. NS DS RRSIG NSEC',
      '*.wild.example. > example. TXT RRSIG NSEC',
    ],
  );
  t.regex(
    having(/RRSIG TXT/)[0] ?? '',
    /^\*\.wild\.example\. 3600 IN RRSIG TXT 15 2 3600 20800101000000 20200101000000 /,
  );
});

test('a delegation has no signature, and the DS record of a child that is signed', (t) => {
  t.deepEqual(
    having(/RRSIG NS /).map((line) => line.split(' ')[0]),
    ['example.'],
  );
  t.deepEqual(having(/^ns\.safe\./), ['ns.safe.example. 3600 IN A 192.0.2.54']);
  t.deepEqual(having(/ IN DS /), [`safe.example. 3600 IN DS ${zoneKey('safe.example.').signer.text}`]);
  t.is(having(/RRSIG DS /).length, 1);
  const own = signZone('example.', `${zone}safe DS 1 15 2 AB CD\n`, new Set(['safe.example.']));
  t.deepEqual(
    own.split('\n').filter((line) => / IN DS /.test(line)),
    ['safe.example. 3600 IN DS 1 15 2 ABCD'],
  );
});

test('the signature is one of the key that the zone publishes, and the same each time', (t) => {
  const key = zoneKey('example.');
  const text = Buffer.from('signed');
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.dnskey.subarray(4).toString('base64url') };
  t.true(verify(null, text, createPublicKey({ key: jwk, format: 'jwk' }), key.sign(text)));
  t.deepEqual(signZone('example.', zone, new Set(['safe.example.', 'example.'])).split('\n'), lines);
  t.not(zoneKey('other.').tag, key.tag);
});

test('what cannot be signed is refused with its line', (t) => {
  const read = (text: string) => readZone('example.', text);
  t.like(read('@ A 192.0.2.1\nx LOC 1'), { line: 2 });
  t.like(read('x.org. A 192.0.2.1'), { line: 1, message: 'x.org. is not in the zone example.' });
  t.like(read('@ A 2001:db8::1'), { message: '"2001:db8::1" is not the data of a record of type A' });
  t.like(read('a..b A 192.0.2.1'), { message: '"a..b" is not a domain name' });
  t.like(read('$INCLUDE x'), { message: '$INCLUDE is not supported' });
  t.like(read('@ MX 65536 a'), { line: 1 });
});
