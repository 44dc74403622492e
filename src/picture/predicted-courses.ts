import type { Condition } from '../forecast/condition.js';
import { forecast } from '../forecast/forecast.js';
import { longestMatch, prefixesAround } from '../forecast/longest-match.js';
import { gatewayInUse, memo } from '../forecast/reach.js';
import type { LabPlan, Question } from '../plan/model.js';
import type { Course } from './course.js';
import { partsOf } from '../plan/way.js';

/** More hops than any way of a lab has. */
const MOST_HOPS = 64;
/** More ways of equal cost are not told apart. */
const MOST_WAYS = 32;

/**
 * All that routing will come to under a condition: of each client and address every way there is. The path is empty where
 * the way does not follow from routes alone.
 */
export function predictedCoursesOf(plan: LabPlan, condition: Condition): readonly Course[] {
  const routing = forecast(plan, condition);
  const nodes = new Map(plan.nodes.map((node) => [node.name, node]));
  const routesOf = memo((node) => routing.routes(node));
  const prefixes = memo(prefixesAround);
  const next = (name: string, { address }: Question): readonly string[] => {
    const route = longestMatch(routesOf(name), prefixes(address));
    return [...new Set([...(route?.ways ?? [])].map((way) => partsOf(way).neighbor))];
  };
  const waysOf = (question: Question): readonly (readonly string[])[] => {
    const gateway = gatewayInUse(plan, nodes.get(question.client), question, condition);
    const ended: (readonly string[])[] = [];
    let open: readonly (readonly string[])[] = gateway === undefined ? [] : [[gateway.node]];
    for (let hop = 0; hop < MOST_HOPS && open.length > 0; hop++) {
      const further: (readonly string[])[] = [];
      for (const path of open) {
        const last = path.at(-1) ?? '';
        if (nodes.get(last)?.serves.includes(question.address) === true) ended.push(path);
        else
          for (const neighbor of next(last, question)) if (!path.includes(neighbor)) further.push([...path, neighbor]);
      }
      open = further.slice(0, MOST_WAYS);
    }
    return ended;
  };
  return plan.questions.flatMap((question): readonly Course[] => {
    const { client, service, address } = question;
    const answering = [...routing.answer(question)].sort();
    if (answering.length === 0) return [{ client, service, address, instance: null, path: [] }];
    const paths = waysOf(question);
    return answering.flatMap((instance) => {
      const own = paths.filter((path) => path.at(-1) === instance);
      return (own.length === 0 ? [[]] : own).map((path) => ({ client, service, address, instance, path }));
    });
  });
}
