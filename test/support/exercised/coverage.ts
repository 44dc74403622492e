import { healthy, type Condition } from '../../../src/forecast/condition.js';
import { forecast } from '../../../src/forecast/forecast.js';
import {
  conditionAfter,
  planLab,
  renderLab,
  type LabPlan,
  type Topology,
  type WordedChange,
} from '../../../src/index.js';
import type { Question } from '../../../src/plan/model.js';
import type { Expectations } from '../../../src/topology/model/step.js';
import { evidenceOf, noticesOf, type Construct } from './evidence.js';
import { configuredLines } from './lines.js';

/** How many lines of configurations there are, and on how many of them a verdict depends. */
export interface Coverage {
  readonly lines: number;
  readonly exercised: number;
  /** The first words of those on which none does, and how many there are. */
  readonly others: ReadonlyMap<string, number>;
}

const DAEMON_FILE = /^(?:zebra|ospfd|ospf6d|bgpd|bfdd|staticd)\.conf$/;

/**
 * The lines of a topology's configurations on which a verdict depends: of its scenario, or of the comparison with its prediction, which `up` makes
 * once, and the tests of generated networks after every change.
 */
export function coverageOf(topology: Topology, compared: 'once' | 'always' = 'once'): Coverage {
  const plan = planLab(topology);
  const exercised = new Set<Construct>();
  const judge = (condition: Condition, questions: readonly Question[]): void => {
    const routing = forecast(plan, condition, 'services');
    for (const question of questions) for (const each of evidenceOf(plan, routing, question)) exercised.add(each);
  };
  judge(healthy, plan.questions);
  let changes: readonly WordedChange[] = [];
  let condition = healthy;
  for (const step of topology.scenario) {
    const before = condition;
    if (step.kind === 'change') {
      changes = [...changes, ...step.parts];
      condition = conditionAfter(plan, changes);
    }
    const asked = compared === 'always' ? plan.questions : askedIn(step.expect, plan);
    if (asked.length === 0) continue;
    judge(condition, asked);
    for (const each of noticesOf(plan, before, condition)) exercised.add(each);
  }
  return counted(plan, exercised);
}

/** The same of several topologies. */
export function coverageOfAll(all: readonly Coverage[]): Coverage {
  const others = new Map<string, number>();
  let [lines, exercised] = [0, 0];
  for (const each of all) {
    lines += each.lines;
    exercised += each.exercised;
    for (const [words, count] of each.others) others.set(words, (others.get(words) ?? 0) + count);
  }
  return { lines, exercised, others };
}

/** What a step asks that depends on routing: who answers whom; limits are of all clients. */
function askedIn({ answers, limits }: Expectations, { questions }: LabPlan): readonly Question[] {
  if (Object.values(limits).some((limit) => limit.length > 0)) return questions;
  return questions.filter(({ client, service, address }) =>
    answers.some(({ clients, to = service }) => clients.names.includes(client) && (to === service || to === address)),
  );
}

function counted(plan: LabPlan, exercised: ReadonlySet<Construct>): Coverage {
  const known = withNeighbors(plan, exercised);
  const others = new Map<string, number>();
  let [lines, count] = [0, 0];
  for (const [node, files] of Object.entries(renderLab(plan).nodes)) {
    for (const [file, text] of Object.entries(files)) {
      if (!DAEMON_FILE.test(file) || typeof text !== 'string') continue;
      for (const line of configuredLines(node, file, text)) {
        lines += 1;
        if (line.isPartOf.some((each) => known.has(each))) count += 1;
        else {
          const words = `${file.replace('.conf', '')}: ${line.text
            .split(' ')
            .slice(0, 3)
            .join(' ')
            .replaceAll(/\d[\w.:/]*/g, '#')}`;
          others.set(words, (others.get(words) ?? 0) + 1);
        }
      }
    }
  }
  return { lines, exercised: count, others };
}

/** BGP has its timers by neighbor, not by interface. */
function withNeighbors(plan: LabPlan, exercised: ReadonlySet<Construct>): ReadonlySet<Construct> {
  return new Set([
    ...exercised,
    ...plan.nodes.flatMap(({ name, routing }) =>
      (routing?.bgp?.sessions ?? []).flatMap((session) =>
        exercised.has(`${name} notice ${session.interface ?? ''}`) ? [`${name} notice ${session.neighborAddress}`] : [],
      ),
    ),
  ]);
}
