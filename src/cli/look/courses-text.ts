import type { Course } from '../../picture/course.js';
import { columns, hasSeveralServices } from '../../report/format.js';

/** Who answers each client, and by which way; where `before` is given also who did. */
export function coursesText(
  courses: readonly Course[],
  before: readonly Course[] | undefined,
  width = Infinity,
): string {
  const keyOf = ({ client, service, address }: Course): string => JSON.stringify([client, service, address]);
  const answerersOf = (all: readonly Course[], key: string): string =>
    [...new Set(all.filter((course) => keyOf(course) === key).map(({ instance }) => instance ?? 'nobody'))].join(', ');
  const hasServices = hasSeveralServices(courses);
  const firsts = courses.filter((course, nth) => courses.findIndex((each) => keyOf(each) === keyOf(course)) === nth);
  const rows = firsts.map((course) => {
    const key = keyOf(course);
    const own = courses.filter((each) => keyOf(each) === key && each.path.length > 0);
    return [
      course.client,
      ...(hasServices ? [course.service] : []),
      course.address,
      ...(before === undefined ? [] : [answerersOf(before, key)]),
      answerersOf(courses, key),
      own.map(({ path }) => path.map((hop) => hop ?? '*').join(' > ')).join(' | '),
    ];
  });
  const head = [
    'CLIENT',
    ...(hasServices ? ['SERVICE'] : []),
    'ADDRESS',
    ...(before === undefined ? ['ANSWERED BY'] : ['BEFORE', 'AFTER']),
    'PATH',
  ];
  return columns(head, rows, width);
}
