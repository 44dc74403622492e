import { instanceColours } from '../../picture/colours.js';
import { coursesOf } from '../../picture/course.js';
import { pictureText } from '../../picture/formats.js';
import type { TestReport } from '../../scenario/test-report.js';
import { printable } from '../../support/printable.js';
import { milliseconds, seconds } from '../format.js';
import { headline, tallyOf } from '../test-text.js';

/** More nodes than this are no picture that can be read in a summary. */
const MOST_NODES = 60;

/**
 * The results of tests as Markdown, for the summary of a CI job: the tally, what did not hold, a picture of each network coloured by who
 * answers, and who moved in each step, with its outage.
 */
export function markdownSummary(reports: readonly TestReport[]): string {
  const tally = table(
    ['topology', 'passed', 'failed', 'inconclusive', 'time'],
    reports.map((report) => {
      const { passed, failed, inconclusive } = tallyOf([report]);
      const { upMs, scenarioMs, downMs } = report.timings;
      const counts = [passed, failed, inconclusive].map(String);
      return [
        text(report.topology),
        ...counts,
        report.error === undefined ? seconds(upMs + scenarioMs + downMs) : 'not tested',
      ];
    }),
  );
  return `${[`# ${text(headline(tallyOf(reports)))}`, tally, ...reports.map(topologyPart)].join('\n\n')}\n`;
}

function topologyPart(report: TestReport): string {
  const { topology, title, error, verdicts, network } = report;
  const unmet = verdicts.filter(({ verdict }) => verdict !== 'pass');
  const moves = movesOf(report);
  return [
    `## ${text(topology)}${title === undefined ? '' : `: ${text(title)}`}`,
    ...(error === undefined ? [] : [`**Not tested**, ${error.code}: ${text(error.message)}`]),
    ...(unmet.length === 0
      ? []
      : [
          unmet
            .map(({ verdict, text: what, seen, causes = [] }) =>
              [
                `- **${verdict}**: ${text(what)}${seen === undefined ? '' : `: saw ${text(seen)}`}`,
                ...causes.map((cause) => `  - likely cause: ${text(cause)}`),
              ].join('\n'),
            )
            .join('\n'),
        ]),
    ...(network.nodes.length === 0 || network.nodes.length > MOST_NODES ? [] : [pictureOf(report)]),
    ...(moves.length === 0 ? [] : [table(['step', 'client', 'address', 'before', 'after', 'outage', 'lost'], moves)]),
  ].join('\n\n');
}

function pictureOf({ network, answers, topology }: TestReport): string {
  const colours = instanceColours(
    network,
    answers.map(({ instance }) => instance),
  );
  const picture = { network, scene: { courses: coursesOf(answers) }, colours, caption: topology };
  return `\`\`\`mermaid\n${pictureText('mermaid', picture).trimEnd()}\n\`\`\``;
}

/** A row for each client and address whose answer changed, or that lost probes. */
function movesOf({ steps }: TestReport): readonly (readonly string[])[] {
  return steps.flatMap(({ title, report }) =>
    report.kind === 'look'
      ? []
      : report.changes
          .filter(({ before, after, lost }) => before !== after || lost > 0)
          .map(({ client, address, before, after, outageMs, lost, sent }) => [
            text(title),
            text(client),
            address,
            text(before ?? 'nobody'),
            text(after ?? 'nobody'),
            outageMs === null ? 'not over' : outageMs === 0 ? 'none' : milliseconds(outageMs),
            `${String(lost)} of ${String(sent)}`,
          ]),
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Text of a topology as Markdown shows it: no sign of it is markup. */
function text(raw: string): string {
  return printable(raw.replaceAll(/\s+/g, ' ')).replaceAll(/[\\`*_{}[\]<>|#~!&]/g, String.raw`\$&`);
}
