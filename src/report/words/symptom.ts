import type { Anomaly } from '../../protocol/anomaly.js';
import type { NodeState } from '../../protocol/lab-state.js';
import type { RoutingFinding } from '../../protocol/lacking.js';
import { anomalyRemedy, anomalyText } from './anomaly.js';
import { remedyOf, sessionName, whatIsLacking } from './lacking.js';

/** One thing that a lab needs, for people: a session, an adjacency, a daemon, a route, a program. */
export interface Symptom {
  readonly node: string;
  readonly text: string;
  readonly healthy: boolean;
  /** How to repair it, where that is known. */
  readonly hint?: string | undefined;
  /** Somebody or something did this: a machine that is busy does not. */
  readonly certain?: true | undefined;
}

const UNCERTAIN: ReadonlySet<Anomaly['kind']> = new Set(['dead-service', 'nobody-announces', 'untold']);

/** What may come of a check, or of news, that is late is not certain. */
function isCertain(anomaly: Anomaly): boolean {
  return anomaly.kind === 'unsteady' ? anomaly.refusals >= anomaly.changes / 4 : !UNCERTAIN.has(anomaly.kind);
}

export function toSymptom(finding: RoutingFinding): Symptom {
  if (finding.healthy) return { node: finding.node, text: healthyText(finding), healthy: true };
  if ('anomaly' in finding) {
    const { anomaly } = finding;
    const hint = anomalyRemedy(anomaly);
    return {
      node: anomaly.node,
      text: anomalyText(anomaly),
      healthy: false,
      ...(hint === undefined ? {} : { hint }),
      ...(isCertain(anomaly) ? { certain: true } : {}),
    };
  }
  const { lacking } = finding;
  const hint = remedyOf(lacking);
  return {
    node: lacking.node,
    // While waiting, this is an event: it ended. In a diagnosis it is a state.
    text: lacking.kind === 'daemons' ? `${lacking.daemons.join(' and ')} has ended` : whatIsLacking(lacking),
    healthy: false,
    ...(hint === undefined ? {} : { hint }),
    ...(lacking.kind === 'daemons' ? { certain: true } : {}),
  };
}

/** Servers and other long-running programs that ended by themselves, with the end of their output. */
export function endedProgramsOf({ name: node, endedPrograms }: NodeState): readonly Symptom[] {
  return endedPrograms.map(({ name, how, output }) => {
    const last = output.trimEnd().split('\n').at(-1) ?? '';
    return {
      node,
      text: `${name} ended with ${how}${last === '' ? '' : `: ${last}`}`,
      healthy: false,
      hint: `to see its output:  logs ${node}`,
    };
  });
}

function healthyText(finding: Extract<RoutingFinding, { readonly healthy: true }>): string {
  switch (finding.kind) {
    case 'daemon':
      return `${finding.daemon} runs`;
    case 'session':
      return `${sessionName(finding)} is up`;
    case 'routes':
      return 'its kernel has every expected route';
  }
}
