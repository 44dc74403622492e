import test from 'ava';
import { variedText } from '../../../src/topology/vary.js';
import { readGradingScenario } from '../../../src/topology/grading/grading-scenario.js';
import { readSubmission } from '../../../src/topology/grading/submission.js';
import { readTopology, type ReadTopology } from '../../../src/topology/read.js';

const exam = `name: exam
title: An exam
vary:
  near: [5, 6, 7, 8, 9, 10, 11, 12]
  far: {from: 20, to: 2000}
  dns: {in: 192.0.2.0/24}
  dns6: {in: "2001:db8::/64"}
  broken: [router1/router2, dns@server-a]
nodes:
  client1: {kind: host, exec: ["echo $HOME $near"]}
  router1: {kind: router}
  router2: {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - {endpoints: [router1, router2], cost: $far}
  - {endpoints: [router1, server-a], cost: $near}
  - [router2, server-b]
anycast:
  dns: {addresses: [$dns, $dns6], instances: [server-a, server-b]}
expect: {client1: server-a}
scenario:
  - {fail: $broken}
cause: {is: $broken, points: 2}
`;

function readFor(student?: string, text = exam): ReadTopology {
  const reading = readTopology(text, 'exam.yml', undefined, undefined, student);
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return reading;
}

const students = Array.from({ length: 30 }, (_, i) => `student${String(i + 1)}`);

test('nobody in particular has the first of everything', (t) => {
  const { topology } = readFor();
  t.is(topology.links[1]?.cost, 20);
  t.is(topology.links[2]?.cost, 5);
  t.deepEqual(topology.services[0]?.addresses, ['192.0.2.1', '2001:db8::1']);
  t.is(topology.title, 'An exam');
  t.deepEqual(topology.nodes[0]?.exec, ['echo $HOME 5'], 'what does not vary stays as it is');
});

test('a student always gets the same network, however the name is written, and it says whose it is', (t) => {
  const { topology, variant } = readFor('Ada');
  t.deepEqual(readFor(' ada ').topology, topology);
  t.is(topology.title, 'An exam, for ada');
  t.regex(variant?.code ?? '', /^[0-9a-f]{8}$/);
  t.is<unknown, unknown>(topology.links[2]?.cost, variant?.values.get('near'), 'a number stays a number');
  const [fault] = topology.scenario;
  t.true(fault?.kind === 'change' && fault.title.includes(String(variant?.values.get('broken'))), fault?.title);
});

test('thirty students differ, use every choice, and have values within what the file allows', (t) => {
  const variants = students.map((student) => readFor(student).variant);
  t.is(new Set(variants.map((each) => each?.code)).size, students.length);
  t.is(new Set(variants.map((each) => each?.values.get('near'))).size, 8);
  t.is(new Set(variants.map((each) => each?.values.get('broken'))).size, 2);
  for (const { values } of variants.flatMap((each) => each ?? [])) {
    const far = Number(values.get('far'));
    t.true(far >= 20 && far <= 2000, String(far));
    t.regex(String(values.get('dns')), /^192\.0\.2\.([1-9]|[1-9]\d|1\d\d|2[0-4]\d|25[0-4])$/);
  }
});

test('what is chosen follows from the student and what varies, not from the order of the file', (t) => {
  const reordered = exam.replace(/( {2}near: .*\n)([^]*?)(nodes:)/, '$2$1$3');
  t.not(reordered, exam);
  t.is(readFor('ada', reordered).topology.links[1]?.cost, readFor('ada').topology.links[1]?.cost);
});

test('the text with the values in it is the network of the student', (t) => {
  for (const student of students) {
    const { topology, variant } = readFor(student);
    if (variant === undefined) throw new Error('nothing varies');
    const written = variedText(exam, variant)
      .replace(/^vary:\n( .*\n)+/m, '')
      .replace('An exam', `An exam, for ${student}`);
    t.deepEqual(readFor(undefined, written).topology, topology);
  }
});

const handedOut = (student: string, says = student, code = readFor(student).variant?.code): string => {
  const { variant } = readFor(student);
  if (variant === undefined) throw new Error('nothing varies');
  return `${variedText(exam, variant).replace(/^(vary|expect|scenario|cause):.*\n( .*\n)*/gm, '')}student: ${says}\nvariant: "${code ?? ''}"\ndiagnosis: ${String(variant.values.get('broken'))}\n`.replace(
    /exec: .*\]/,
    'demand: 1',
  );
};

function submitted(text: string, student: string) {
  const reading = readGradingScenario(exam, 'exam.yml');
  if ('problems' in reading) throw new Error(JSON.stringify(reading.problems));
  return readSubmission(text, `${student}.yml`, reading.scenario, { isTrusted: false, student, students });
}

const whyNot = (text: string, student: string): readonly string[] => {
  const reading = submitted(text, student);
  return 'problems' in reading ? reading.problems.map(({ message }) => message) : [];
};

test('a submission is graded by the scenario of its student', (t) => {
  for (const student of students) {
    const reading = submitted(handedOut(student), student);
    t.true('topology' in reading, JSON.stringify(reading));
    if (!('topology' in reading)) continue;
    const broken = String(readFor(student).variant?.values.get('broken'));
    t.like(reading.topology.grading, { cause: { points: 2 } });
    t.true(JSON.stringify(reading.topology.grading).includes(broken), broken);
    t.true(JSON.stringify(reading.topology.scenario).includes(broken), broken);
  }
});

test('the network of somebody else is no submission', (t) => {
  const network = handedOut('student2');
  t.deepEqual(whyNot(network, 'student1'), ['this is the network of "student2", and the submission of "student1"']);
  t.deepEqual(whyNot(handedOut('student2', 'student1'), 'student1'), [
    'this is the network of "student2", with the name of "student1"',
  ]);
  t.deepEqual(whyNot(handedOut('student1', 'student1', '00000000'), 'student1'), [
    `the network is not that of "student1", who has variant ${String(readFor('student1').variant?.code)}`,
  ]);
  t.deepEqual(whyNot(network.replace(/^(student|variant): .*\n/gm, ''), 'student2'), [
    'the submission does not say whose network it is',
  ]);
});
