import test from 'ava';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { handedOut, type HandedOut } from '../../../../src/topology/grading/handed-out.js';
import { readGradingScenario } from '../../../../src/topology/grading/grading-scenario.js';
import { readSubmission } from '../../../../src/topology/grading/submission.js';
import { readTopology } from '../../../../src/topology/read.js';
import { checkout } from '../../../support/sandbox.js';

const exam = readFileSync(join(checkout, 'docs', 'examples', 'grading', 'varied.yml'), 'utf8');

function outOf(text: string, student?: string): HandedOut {
  const reading = handedOut(text, 'exam.yml', student);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading;
}

test('what is handed out has the network of the student, and nothing of what is right or broken', (t) => {
  for (const student of ['ada', 'bob']) {
    const { text, topology, varies } = outOf(exam, student);
    const whole = readTopology(exam, 'exam.yml', undefined, undefined, student);
    if ('problems' in whole) throw new Error('the exam is wrong');
    t.true(varies);
    t.deepEqual(topology.topology.nodes, whole.topology.nodes);
    t.deepEqual(topology.topology.links, whole.topology.links);
    t.deepEqual(topology.topology.services, whole.topology.services);
    t.notRegex(text, /^(expect|scenario|points|cause|play|vary):|\$/m);
    t.true(text.includes(`student: "${student}"`));
  }
  t.not(outOf(exam, 'ada').text, outOf(exam, 'bob').text);
});

test('a comment above what is kept back goes with it, and all others stay', (t) => {
  const text = `# about the network
name: small
nodes:
  client1: {kind: host} # asks
  server-a: {kind: host}
  router1: {kind: router}
links: [[client1, router1], [router1, server-a]]
# server-a, of course
expect: {client1: server-a}
# one service
anycast:
  dns: {addresses: [192.0.2.53], instances: [server-a]}
`;
  t.is(outOf(text).text, text.replace(/# server-a, of course\nexpect.*\n/, ''));
  t.false(outOf(text).varies);
});

test('a file whose keys do not begin lines cannot be handed out', (t) => {
  const reading = handedOut('{name: x, nodes: {a: {kind: host}}}', 'x.yml', undefined);
  t.like('problems' in reading ? reading.problems[0] : undefined, { code: 'WRONG_TYPE' });
});

test('what was handed out is accepted of its student alone', (t) => {
  const scenario = readGradingScenario(exam, 'exam.yml');
  if ('problems' in scenario) throw new Error('the exam is wrong');
  const whyNot = (text: string, student: string) => {
    const reading = readSubmission(text, `${student}.yml`, scenario.scenario, {
      isTrusted: false,
      student,
      students: ['ada', 'bob'],
    });
    return 'problems' in reading ? reading.problems.map(({ message }) => message) : [];
  };
  const { text } = outOf(exam, 'ada');
  t.deepEqual(whyNot(text, 'ada'), []);
  t.deepEqual(whyNot(text, 'Ada'), [], 'the case of letters does not matter');
  t.deepEqual(whyNot(text, 'bob'), ['this is the network of "ada", and the submission of "bob"']);
  t.deepEqual(whyNot(text.replace('student: "ada"', 'student: "bob"'), 'bob'), [
    'this is the network of "ada", with the name of "bob"',
  ]);
});
