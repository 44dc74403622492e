import { movesOf, type LabAt, type StepPlayed } from '../../moments.js';
import { milliseconds } from './texts.js';

/** More of a kind are counted. */
const MOST_SAID = 4;

/** What is different in a lab, and what steps have come to, in sentences: for whoever does not see the picture. */
export function newsOf(before: LabAt, now: LabAt, steps: readonly StepPlayed[] = []): string {
  const keyOf = ({ target, how }: LabAt['faults'][number]): string => `${target} ${how}`;
  const isIn = (mark: LabAt['faults'][number], { faults }: LabAt): boolean =>
    faults.some((each) => keyOf(each) === keyOf(mark));
  const sentences = [
    ...some(now.faults.filter((mark) => !isIn(mark, before)).map(({ text }) => text)),
    ...some(before.faults.filter((mark) => !isIn(mark, now)).map(({ target }) => `${target} is restored`)),
    ...some(
      movesOf(before.courses, now.courses).map(
        ({ client, address, from, to }) =>
          `${client} at ${address}: ${namesOf(to)} ${to.includes(null) ? 'answers' : 'answers now'}, ${namesOf(from)} before`,
      ),
    ),
    ...steps.flatMap(({ command, changes }) =>
      some(
        changes
          .filter(({ outageMs }) => outageMs !== 0)
          .map(
            ({ client, address, outageMs }) =>
              `${command}: ${client} at ${address} had ${outageMs === null ? 'no answer any more' : `${milliseconds(outageMs)} of outage`}`,
          ),
      ),
    ),
  ];
  return sentences.map((sentence) => `${sentence}.`).join(' ');
}

function namesOf(instances: readonly (string | null)[]): string {
  return instances.map((instance) => instance ?? 'nobody').join(' and ');
}

function some(sentences: readonly string[]): readonly string[] {
  const rest = sentences.length - MOST_SAID;
  return rest > 0 ? [...sentences.slice(0, MOST_SAID), `And ${String(rest)} more`] : sentences;
}
