import { readFileSync } from 'node:fs';
import test from 'ava';
import type { Attach } from '../../../../src/topology/file/own-frr.js';
import { readGradingScenario, type GradingScenario } from '../../../../src/topology/grading/grading-scenario.js';
import { readSubmission } from '../../../../src/topology/grading/submission.js';
import { formatProblem } from '../../../../src/topology/topology-error.js';
import type { Problem } from '../../../../src/topology/model/problem.js';
import type { Topology } from '../../../../src/topology/model/topology.js';

const exam = `name: exam
expect:
  client1: server-a
scenario:
  - {fail: server-a, expect: {client1: server-b, within: 2s}}
`;

const network = `name: mine
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, server-a]
  - [router2, server-b]
anycast:
  dns: {addresses: [192.0.2.53], instances: [server-a, server-b]}
`;

const asAlice = { student: 'alice', students: ['alice', 'bob'] };

function scenarioOf(text: string): GradingScenario {
  const reading = readGradingScenario(text, 'exam.yml');
  if ('problems' in reading) throw new Error(reading.problems.map(formatProblem).join('\n'));
  return reading.scenario;
}

const said = (problems: readonly Problem[]): readonly string[] =>
  problems.map(
    ({ file, line, column, code, message }) => `${file}:${String(line)}:${String(column)} ${code} ${message}`,
  );

function problemsOf(
  text: string,
  { scenario = exam, isTrusted = false, attach }: { scenario?: string; isTrusted?: boolean; attach?: Attach } = {},
): readonly string[] {
  const reading = readSubmission(text, 'alice.yml', scenarioOf(scenario), {
    isTrusted,
    ...asAlice,
    ...(attach === undefined ? {} : { attach }),
  });
  return 'problems' in reading ? said(reading.problems) : [];
}

function scenarioProblems(text: string): readonly string[] {
  const reading = readGradingScenario(text, 'exam.yml');
  return 'problems' in reading ? said(reading.problems) : [];
}

function graded(text: string, scenario = exam): Topology {
  const reading = readSubmission(text, 'alice.yml', scenarioOf(scenario), { isTrusted: false, ...asAlice });
  if ('problems' in reading) throw new Error(reading.problems.map(formatProblem).join('\n'));
  return reading.topology;
}

test('a submission keeps its network, and is judged by the scenario instead of its own words', (t) => {
  const own = 'expect: {client1: nobody}\nscenario: [{fail: no-such-node}]\nplay: up\nruntime: docker\n';
  const topology = graded(`${network}${own}`);
  t.is(topology.name, 'mine');
  t.is(topology.nodes.length, 5);
  t.deepEqual(topology.expect.answers, [
    {
      clients: { label: 'client1', names: ['client1'] },
      to: undefined,
      answer: { kind: 'instances', instances: ['server-a'] },
    },
  ]);
  t.deepEqual(
    topology.scenario.map(({ title, expect }) => [title, expect.withinMs]),
    [['fail server-a', 2000]],
  );
  t.is(topology.play, 'test');
  t.is(topology.runtime, undefined);
  t.is(graded(`${network}${own}`, `${exam}runtime: netns\n`).runtime, 'netns');
});

test('what a submission expects of itself is not even looked at', (t) => {
  t.deepEqual(problemsOf(`${network}expect: 7\nscenario: {a: b}\nplay: never\n`), []);
});

test('a problem stands where it is: in the submission, or in the scenario that names what is not there', (t) => {
  const without = network
    .replace('  server-b: {kind: host}\n', '')
    .replace('  - [router2, server-b]\n', '')
    .replace(', server-b]', ']');
  t.deepEqual(problemsOf(without), ['exam.yml:5:40 UNKNOWN_NODE there is no instance "server-b"']);
  t.deepEqual(problemsOf(network.replace('[router2, server-b]', '[router2, server-c]')), [
    'alice.yml:12:15 UNKNOWN_NODE there is no node "server-c"',
  ]);
  t.deepEqual(problemsOf(network.replaceAll('client1', 'client9').replace('router2, ', 'router3, ')), [
    'alice.yml:12:6 UNKNOWN_NODE there is no node "router3"',
    'exam.yml:3:3 UNKNOWN_NODE there is no client "client1"',
    'exam.yml:5:31 UNKNOWN_NODE there is no client "client1"',
  ]);
});

test('places count from behind a byte order mark, in both files', (t) => {
  const text = network.replaceAll('client1', 'client9');
  t.deepEqual(problemsOf(`\uFEFF${text}`, { scenario: `\uFEFF${exam}` }), problemsOf(text));
});

test('a submission that is no YAML, empty or foreign is told so, in its own file', (t) => {
  t.regex(problemsOf('nodes: [')[0] ?? '', /^alice\.yml:1:\d+ YAML_SYNTAX/);
  t.regex(problemsOf('')[0] ?? '', /^alice\.yml:1:1 WRONG_TYPE the file is empty/);
  t.regex(
    problemsOf('topology: {nodes: {a: {kind: srl}}}')[0] ?? '',
    /^alice\.yml:1:30 UNSUPPORTED kind "srl" of node "a"/,
  );
  t.regex(problemsOf('[a, b]')[0] ?? '', /^alice\.yml:1:1 WRONG_TYPE/);
  t.regex(problemsOf(`${network}nodez: {}\n`)[0] ?? '', /^alice\.yml:15:1 UNKNOWN_KEY/);
});

test('what is wrong with a scenario whatever the submission is refused; what it names is not known yet', (t) => {
  t.deepEqual(scenarioProblems('expect: {client1: server-a}\n'), []);
  t.deepEqual(scenarioProblems('scenario: [{fail: a-node, expect: {someone: a-node}}]\n'), []);
  t.deepEqual(scenarioProblems('expect: {client1: {dns: server-a}}\n'), []);
  t.deepEqual(scenarioProblems('expct: {client1: server-a}\n'), ['exam.yml:1:1 UNKNOWN_KEY unknown key "expct"']);
  t.regex(scenarioProblems('expect: {client1: a, client1: b}\n')[0] ?? '', /^exam\.yml:1:22 DUPLICATE_KEY/);
  t.deepEqual(scenarioProblems('scenario:\n  - {fail: a, expect: {b: c, within: soon}}\n'), [
    'exam.yml:2:38 BAD_VALUE "soon" is not a time',
  ]);
  t.regex(scenarioProblems('scenario: [')[0] ?? '', /YAML_SYNTAX/);
  t.regex(scenarioProblems('')[0] ?? '', /the file is empty/);
  t.regex(scenarioProblems('name: exam\n')[0] ?? '', /MISSING_KEY the file has nothing to judge: /);
  t.regex(scenarioProblems('expect: *all\n')[0] ?? '', /YAML_ALIAS/);
});

test('a whole topology is a scenario too, and must be right as one', (t) => {
  t.deepEqual(
    graded(network, `${network}expect: {client1: server-b}\n`).expect.answers.map(({ answer }) => answer),
    [{ kind: 'instances', instances: ['server-b'] }],
  );
  t.deepEqual(scenarioProblems(`${network}expect: {client1: server-z}\n`), [
    'exam.yml:15:19 UNKNOWN_NODE there is no instance "server-z"',
  ]);
  const figure3 = readFileSync(new URL('../../../../topologies/figure3.yml', import.meta.url), 'utf8');
  t.deepEqual(problemsOf(figure3, { scenario: figure3 }), []);
});

const inNode = (name: string, settings: string): string =>
  network.replace(new RegExp(`(  ${name}: +\\{kind: \\w+)`), `$1, ${settings}`);

for (const [what, text, key] of [
  ['exec', inNode('client1', 'exec: ["id"]'), 'exec'],
  ['image', inNode('client1', 'image: "alpine:3"'), 'image'],
  ['binds', inNode('client1', 'binds: ["/etc:/etc"]'), 'binds'],
  ['cmd', inNode('client1', 'cmd: "id"'), 'cmd'],
  ['env', inNode('client1', 'env: {LD_PRELOAD: x.so}'), 'env'],
  ['health.check', network.replace('server-b]}', 'server-b], health: {check: "id"}}'), 'check'],
  [
    'serve.command',
    network.replace('server-b]}', 'server-b], serve: {command: [id], port: 53, protocol: dns}}'),
    'command',
  ],
] as const) {
  test(`${what} is refused in a submission, unless it is trusted`, (t) => {
    const [problem = '', ...more] = problemsOf(text);
    t.regex(problem, /^alice\.yml:\d+:\d+ UNTRUSTED /);
    t.true(problem.includes(`"${key}" is not allowed in submissions: it `), problem);
    t.deepEqual(more, []);
    t.deepEqual(problemsOf(text, { isTrusted: true }), []);
  });
}

test('FRRouting lines that do routing alone are taken; all others are refused, abbreviated ones too', (t) => {
  const withLines = (...lines: readonly string[]): string =>
    inNode('router1', `frr: ${JSON.stringify(lines.join('\n'))}`);
  t.deepEqual(
    problemsOf(
      withLines(
        'router ospf',
        ' ! a remark',
        ' area 0 stub',
        ' no timers throttle spf',
        'exit',
        '',
        'interface eth1',
        ' ip ospf cost 7',
        'route-map x permit 10',
        ' match ip address prefix-list y',
        'router isis a',
        ' net 49.0001.0000.0000.0001.00',
        ' is-type level-2-only',
        'router rip',
        ' version 2',
        'ip route 10.0.0.0/8 blackhole',
      ),
    ),
    [],
  );
  for (const line of [
    'log file /etc/passwd',
    '  log file x',
    'lo fi x',
    'no log file x',
    'dump bgp all /tmp/x',
    'banner motd file /etc/shadow',
    'do write',
    'end',
    'agentx',
    'match script x',
    'match scr x',
    'zebra on-rib-process script x',
    'ROUTER ospf',
    'include x',
  ]) {
    t.regex(
      problemsOf(withLines('router ospf', line))[0] ?? 'taken',
      /^alice\.yml:4:\d+ UNTRUSTED the FRRouting line /,
      line,
    );
  }
  t.regex(problemsOf(withLines('router ospf\rlog file x')).join('\n'), /UNTRUSTED/);
  for (const word of [
    'output file /tmp/x',
    'copy running-config /tmp/x',
    'write file',
    'start-shell bash',
    'terminal monitor',
    'find x',
    'service integrated-vtysh-config',
  ]) {
    t.regex(problemsOf(withLines(word))[0] ?? 'taken', /UNTRUSTED/, word);
  }
  t.deepEqual(problemsOf(withLines('log file /tmp/x'), { isTrusted: true }), []);
});

test('no FRRouting line is so long that vtysh takes its end for another one, nor holds what cannot be seen, whoever wrote it', (t) => {
  const withLine = (line: string): string => inNode('router1', `frr: ${JSON.stringify(`router ospf\n${line}`)}`);
  for (const isTrusted of [false, true]) {
    t.deepEqual(problemsOf(withLine(`!${'x'.repeat(3998)}`), { isTrusted }), []);
    for (const line of [`!${'x'.repeat(3999)}`, `!${'x'.repeat(4094)}log file /tmp/x`, `!${'ä'.repeat(2000)}`]) {
      const [problem = '', ...more] = problemsOf(withLine(line), { isTrusted });
      t.regex(problem, /^alice\.yml:4:\d+ BAD_VALUE the FRRouting line .* is as long as 4,000 bytes or longer$/);
      t.deepEqual(more, []);
    }
    for (const hidden of ['\0', '\u0001', '\u001b[2K', '\u007f', '\u0085', '\rlog file x']) {
      t.regex(
        problemsOf(withLine(`! ${hidden}`), { isTrusted })[0] ?? 'taken',
        /^alice\.yml:4:\d+ BAD_VALUE the FRRouting line .* contains a control character$/,
      );
    }
  }
});

test('a whole configuration is no way around: each of its lines is judged as those in the topology are', (t) => {
  const own = network.replace('router1:  {kind: router}', 'router1:  {kind: router, frr: {file: r1.conf}}');
  const given =
    (text: string): Attach =>
    (path) => ({ path, text });
  const judged = (text: string): readonly string[] => problemsOf(own, { attach: given(text) });
  t.deepEqual(
    judged('frr version 8.4\nhostname r1\nlog file /etc/passwd\nrouter bgp 65001\n!\nline vty\nend\n'),
    [],
    'lines about the machine are never loaded',
  );
  for (const line of [
    'lo file /tmp/x',
    'dump bgp all /tmp/x',
    'debug bgp updates',
    'router bgp 1\n match scr x',
    'ip route 0.0.0.0/0 Null0\rlog file /tmp/x',
  ])
    t.true(
      judged(line).some((problem) => /UNTRUSTED|control character/.test(problem)),
      line,
    );
});
