import * as dns from 'dns-packet';
import test from 'ava';
import { readSoa, soaQuestion } from '../../../src/codec/soa-query.js';

const soa = {
  mname: 'ns.example',
  rname: 'hostmaster.example',
  serial: 7,
  refresh: 1,
  retry: 2,
  expire: 3,
  minimum: 4,
};
const answer = (flags: number): Buffer =>
  dns.encode({
    type: 'response',
    id: 5,
    flags,
    questions: [{ type: 'SOA', name: 'example' }],
    answers: [{ type: 'SOA', name: 'example', data: soa }],
  });

test('a query for the SOA record of a zone asks for its signature, and not for recursion', (t) => {
  for (const [zone, name] of [
    ['.', '.'],
    ['example.', 'example'],
  ] as const) {
    const query = dns.decode(soaQuestion(5, zone));
    t.like(query, { id: 5, type: 'query', flag_rd: false, questions: [{ name, type: 'SOA', class: 'IN' }] });
    t.like(query.additionals?.[0], { type: 'OPT', flag_do: true });
  }
});

test('only an answer with authority has a serial', (t) => {
  t.deepEqual(readSoa(answer(dns.AUTHORITATIVE_ANSWER)), { id: 5, serial: 7, signature: undefined });
  t.is(readSoa(answer(0))?.serial, undefined);
  t.is(readSoa(soaQuestion(5, 'example.')), undefined);
  t.is(readSoa(Buffer.from('short')), undefined);
});
