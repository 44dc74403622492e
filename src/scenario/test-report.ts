import type { Answer } from '../assert/answers.js';
import type { Verdict } from '../assert/verdict.js';
import type { LabError } from '../errors.js';
import { servicesAt, type Network } from '../picture/network.js';
import { roleOf } from '../plan/roles.js';
import type { Noise } from '../protocol/timeline.js';
import type { Topology } from '../topology/model/topology.js';
import type { TestedStep } from './step-report.js';

/** The result of a topology's test: its verdicts, or the error that prevented them. */
export interface TestReport {
  readonly topology: string;
  readonly title: string | undefined;
  /** ISO 8601 in UTC. */
  readonly startedAt: string;
  readonly network: Network;
  /** Those of FRRouting that its nodes ran, sorted; left out where there was no lab. */
  readonly frrVersions?: readonly string[] | undefined;
  /** Of all runs together: an expectation that failed in one of them has failed. */
  readonly verdicts: readonly Verdict[];
  readonly answers: readonly Answer[];
  /** Of the run that is shown: the first one that went worst. */
  readonly steps: readonly TestedStep[];
  readonly timings: TestTimings;
  /** Before the scenario, while nothing was broken; null where there was no lab. */
  readonly noise: Noise | null;
  readonly runs: number;
  /** What was measured in every run, where there were several. */
  readonly percentiles: readonly Percentiles[];
  readonly error: LabError | undefined;
}

/** A figure over all runs. */
export interface Percentiles {
  /** Such as `outage of client1 at 192.0.2.53 after fail server-a`. */
  readonly text: string;
  readonly unit: 'ms' | 'probes';
  readonly values: readonly number[];
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

interface TestTimings {
  readonly upMs: number;
  readonly scenarioMs: number;
  readonly downMs: number;
  /** How much of it was waiting for routing to converge and to settle. */
  readonly waitingMs: number;
}

/** The report of what never became a lab: a file with problems, or one that was not finished in time. */
export function untestedReport(topology: string, error: LabError): TestReport {
  return {
    topology,
    title: undefined,
    startedAt: new Date().toISOString(),
    network: { nodes: [], links: [] },
    verdicts: [],
    answers: [],
    steps: [],
    timings: { upMs: 0, scenarioMs: 0, downMs: 0, waitingMs: 0 },
    noise: null,
    runs: 0,
    percentiles: [],
    error,
  };
}

/** The nodes and links of a topology, with what each node is for the services. */
export function networkOf({ nodes, links, services }: Topology): Network {
  const instances = new Set(services.flatMap((service) => service.instances));
  return {
    nodes: nodes.map((node) => ({
      name: node.name,
      kind: node.kind,
      role: roleOf(node, instances),
      ...(node.asn === undefined ? {} : { asn: node.asn }),
      ...servicesAt(node.name, services),
    })),
    links: links.map(({ ends: [a, b], cost }) => ({ a: a.node, b: b.node, cost })),
  };
}
