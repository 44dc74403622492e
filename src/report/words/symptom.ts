import type { RoutingFinding } from '../../protocol/lacking.js';
import { remedyOf, sessionName, whatIsLacking } from './lacking.js';

/** One thing that a lab's routing needs, for people: a session, an adjacency, a daemon, a route. */
export interface Symptom {
  readonly node: string;
  readonly text: string;
  readonly healthy: boolean;
  /** How to repair it, where that is known. */
  readonly hint?: string | undefined;
}

export function toSymptom(finding: RoutingFinding): Symptom {
  if (finding.healthy) return { node: finding.node, text: healthyText(finding), healthy: true };
  const { lacking } = finding;
  const hint = remedyOf(lacking);
  return {
    node: lacking.node,
    // Whoever waits is told that it ended; a diagnosis tells of a state.
    text: lacking.kind === 'daemons' ? `${lacking.daemons.join(' and ')} has ended` : whatIsLacking(lacking),
    healthy: false,
    ...(hint === undefined ? {} : { hint }),
  };
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
