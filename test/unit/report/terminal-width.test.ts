import { stripVTControlCharacters } from 'node:util';
import test from 'ava';
import type { Answer } from '../../../src/assert/answers.js';
import { answersText } from '../../../src/report/answers-text.js';
import { fitted } from '../../../src/support/printable.js';

const read = (text: string): readonly string[] => stripVTControlCharacters(text).split('\n');
const answer: Answer = {
  client: 'client1',
  service: 'dns',
  address: '192.0.2.53',
  instance: 'server-b',
  cost: 2,
  path: ['router1', 'router2', 'server-b'],
  rttMs: 12.3,
};

test('in a terminal that is too narrow a path takes several lines, and the table stays one', (t) => {
  const answers = [
    answer,
    { ...answer, service: 'web', address: '2001:db8:53::53', path: ['router1', 'server-a'], rttMs: 0.1 },
  ];
  t.deepEqual(read(answersText(answers, 80)), [
    'CLIENT   SERVICE  ADDRESS          ANSWERED BY  COST  PATH                RTT',
    'client1  dns      192.0.2.53       server-b     2     router1 > router2   12 ms',
    '                                                        > server-b',
    'client1  web      2001:db8:53::53  server-b     2     router1 > server-a  0.1 ms',
  ]);
  t.deepEqual(read(answersText(answers, 200)), read(answersText(answers)), 'there is room');
  t.deepEqual(read(answersText([answer], 55)), [
    'CLIENT   ADDRESS     ANSWERED  COST  PATH        RTT',
    '                       BY',
    'client1  192.0.2.53  server-b  2     router1 >   12 ms',
    '                                       router2',
    '                                       >',
    '                                       server-b',
  ]);
  t.deepEqual(read(answersText(answers, 20)), read(answersText(answers)), 'nothing helps: rows go on in the next line');
});

test('what a step did is told in lines that fit a terminal, and go on indented', (t) => {
  const told =
    '\u001B[2m  (never more than 7.1 ms between two probes of a flow: an outage shorter than that may go unseen)\u001B[22m\npass';
  t.deepEqual(read(fitted(told, 80)), [
    '  (never more than 7.1 ms between two probes of a flow: an outage shorter than',
    '    that may go unseen)',
    'pass',
  ]);
  t.is(fitted(told, Infinity), told);
  t.deepEqual(read(fitted('  client1  192.0.2.53  server-a -> server-b', 22)), [
    '  client1  192.0.2.53',
    '    server-a ->',
    '    server-b',
  ]);
});
