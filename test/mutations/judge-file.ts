import { planLab, readTopology } from '../../src/index.js';
import { beyondCapacity, impactsOf, singleFailures } from '../../src/predict/failures.js';
import { impactsText } from '../../src/report/predict/impact-text.js';
import { stripVTControlCharacters } from 'node:util';

/** What validate, or else predict --all-failures, says against a file; nothing where all is well. */
export function saidOfFile(text: string): string {
  const reading = readTopology(text, 'mutated.yml');
  if ('problems' in reading) return reading.problems.map(({ code, message }) => `${code} ${message}`).join('\n');
  const plan = planLab(reading.topology);
  const impacts = impactsOf(
    plan,
    singleFailures(plan).map((each) => [each]),
  );
  const isOver = impacts.some(({ loads }) => loads.some((load) => beyondCapacity(load) > 0));
  return isOver ? stripVTControlCharacters(impactsText(impacts, plan.questions.length)) : '';
}
