import { instanceColours, type InstanceColours } from '../../picture/colours.js';
import type { TestReport } from '../../scenario/test-report.js';

/** Colours for all that answered in a test. */
export function reportColours({
  network,
  answers,
  steps,
}: Pick<TestReport, 'network' | 'answers' | 'steps'>): InstanceColours {
  return instanceColours(network, [
    ...answers.map(({ instance }) => instance),
    ...steps.flatMap(({ report }) =>
      report.kind === 'look'
        ? report.seen.map(({ instance }) => instance)
        : [
            ...report.flows.flatMap(({ runs }) => runs.map(({ instance }) => instance)),
            ...report.changes.flatMap((change) => [change.before, change.after]),
          ],
    ),
  ]);
}
