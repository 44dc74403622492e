import { alternatives } from '../../support/suggest.js';
import { isAbout } from '../../topology/model/step.js';
import type { Topology } from '../../topology/model/topology.js';
import { healthy } from '../condition.js';
import { forecast } from '../forecast.js';
import { planLab } from '../../plan/plan.js';
import type { Remark } from './remark.js';

/** Of files with more questions, the first ones. */
const MOST_QUESTIONS = 200;

/**
 * Clients of which the file expects one instance, although routing has equal-cost paths to several: each of them answers
 * some flows, and such an expectation fails.
 */
export function tiesOf(topology: Topology): readonly Remark[] {
  const expected = topology.expect.answers.flatMap(({ clients, to, answer }) =>
    answer.kind === 'instances' ? clients.names.map((client) => ({ client, to, instances: answer.instances })) : [],
  );
  if (expected.length === 0) return [];
  const plan = planLab(topology);
  const routing = forecast(plan, healthy);
  const ties = plan.questions.slice(0, MOST_QUESTIONS).flatMap((question) => {
    const { client, service } = question;
    const asked = expected.filter((each) => each.client === client && isAbout(each, question));
    if (asked.length === 0) return [];
    const answering = [...routing.answer(question)].sort();
    if (
      answering.length < 2 ||
      asked.every(({ instances }) => answering.every((instance) => instances.includes(instance)))
    )
      return [];
    return [
      {
        message: `client ${client} may be answered by ${alternatives(answering)}${topology.services.length > 1 ? ` for ${service}` : ''}: costs tie`,
        answering,
      },
    ];
  });
  return [...new Map(ties.map(({ message, answering }) => [message, answering]))].map(([message, answering]) => ({
    code: 'TIE',
    message,
    hint: `name all of them, [${answering.join(', ')}], or their shares, or make one way cost less`,
  }));
}
