import type { TestReport } from '../../scenario/test-report.js';
import { printable } from '../../support/printable.js';
import type { FilePlaces } from '../../topology/read.js';
import { problemsOf } from '../../topology/topology-error.js';
import { placesOf, type Place } from './verdict-places.js';

/**
 * What did not hold, as the workflow commands of GitHub Actions that show it in the file: an error for what failed or
 * could not be tested, a warning for what is inconclusive. `places` are those of the reports, in their order.
 */
export function annotations(
  reports: readonly TestReport[],
  places: readonly (FilePlaces | undefined)[],
): readonly string[] {
  return reports.flatMap(({ topology, verdicts, steps, error }, nth) => {
    const placeOf = placesOf(steps, places[nth]);
    const problems = problemsOf(error) ?? [];
    return [
      ...verdicts.flatMap((verdict) =>
        verdict.verdict === 'pass'
          ? []
          : [
              command(
                verdict.verdict === 'fail' ? 'error' : 'warning',
                { title: `${topology}: ${verdict.verdict}`, ...placeOf(verdict) },
                `${verdict.text}${verdict.seen === undefined ? '' : `: saw ${verdict.seen}`}`,
              ),
            ],
      ),
      ...(error === undefined
        ? []
        : problems.length === 0
          ? [command('error', { title: `${topology}: not tested` }, error.message)]
          : problems.map(({ file, line, message, hint }) =>
              command('error', { title: `${topology}: not tested`, file, line }, `${message}: ${hint}`),
            )),
    ];
  });
}

/** The properties and the message of a workflow command, escaped as its runner reads them. */
function command(
  kind: 'error' | 'warning',
  properties: { readonly title: string } & Partial<Place>,
  message: string,
): string {
  const escaped = (text: string): string => printable(text.replaceAll('\n', ' ')).replaceAll('%', '%25');
  const told = Object.entries(properties).map(
    ([key, value]) => `${key}=${escaped(String(value)).replaceAll(':', '%3A').replaceAll(',', '%2C')}`,
  );
  return `::${kind} ${told.join(',')}::${escaped(message)}`;
}
