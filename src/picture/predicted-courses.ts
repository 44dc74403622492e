import type { Condition } from '../forecast/condition.js';
import { forecast } from '../forecast/forecast.js';
import { waysOf } from '../forecast/walk.js';
import type { LabPlan } from '../plan/model.js';
import type { Course } from './course.js';

/**
 * All that routing will come to under a condition: of each client and address every way there is. The path is empty where
 * it is not known.
 */
export function predictedCoursesOf(plan: LabPlan, condition: Condition): readonly Course[] {
  const routing = forecast(plan, condition);
  return plan.questions.flatMap((question): readonly Course[] => {
    const { client, service, address } = question;
    const walk = routing.walk(question);
    const answering = [...walk.answering].sort();
    if (answering.length === 0) return [{ client, service, address, instance: null, path: [] }];
    const paths = waysOf(walk);
    return answering.flatMap((instance) => {
      const own = paths.filter((path) => path.at(-1) === instance);
      return (own.length === 0 ? [[]] : own).map((path) => ({ client, service, address, instance, path }));
    });
  });
}
