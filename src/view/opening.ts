import type { PictureLayout } from '../picture/placed.js';
import { layOut } from '../picture/layout.js';
import { networkOfPlan } from '../picture/network.js';
import type { LabPlan } from '../plan/model.js';
import type { Verdict } from '../assert/verdict.js';
import type { Moment } from './moments.js';
import type { Neighbors } from './neighbors.js';
import { neighborsOf } from './plan-neighbors.js';

/** What a page knows from the beginning. */
export interface Opening {
  readonly name: string;
  readonly title: string | null;
  /** A running lab, a file, or a lab that ran. */
  readonly kind: 'lab' | 'file' | 'recording';
  readonly readOnly: boolean;
  /** How a user calls nearcast here, where flags follow. */
  readonly command: string;
  readonly layout: PictureLayout;
  readonly nodes: Readonly<Record<string, NodeFacts>>;
  readonly links: readonly LinkFacts[];
  readonly services: readonly { readonly name: string; readonly addresses: readonly string[] }[];
  /** All that should be neighbors. */
  readonly neighbors: readonly Neighbors[];
  /** What they had lost of each other before the first moment; see `Losses`. */
  readonly losses: readonly (readonly [key: string, count: number])[];
  /** The clock of the lab when the page was opened. */
  readonly nowMs: number;
  readonly hasEnded: boolean;
  readonly moments: readonly Moment[];
  /** Of a recording: its steps, in order. */
  readonly chapters: readonly Chapter[];
}

/** A step of a recording. */
export interface Chapter {
  readonly title: string;
  readonly atMs: number;
  /** Until the last client had another answer. */
  readonly lengthMs: number;
  /** What was expected of it. */
  readonly verdicts: readonly Verdict[];
}

interface NodeFacts {
  readonly routing: boolean;
  readonly bgp: boolean;
  readonly daemons: readonly string[];
  /** Services of which it is an instance. */
  readonly services: readonly string[];
  readonly addresses: readonly string[];
}

interface LinkFacts {
  /** As a target. */
  readonly id: string;
  /** `router1:eth2`, as targets. */
  readonly ends: readonly string[];
}

export type PlanFacts = Pick<Opening, 'layout' | 'nodes' | 'links' | 'services' | 'neighbors'>;

/** What follows from a plan alone. */
export function factsOf(plan: LabPlan): PlanFacts {
  return {
    layout: layOut(networkOfPlan(plan)),
    nodes: Object.fromEntries(
      plan.nodes.map(({ name, routing, interfaces, loopbacks, serves }) => [
        name,
        {
          routing: routing !== undefined,
          bgp: routing?.bgp !== undefined,
          daemons: routing?.daemons ?? [],
          services: plan.services.filter(({ instances }) => instances.includes(name)).map((service) => service.name),
          addresses: [
            ...interfaces.flatMap((item) => item.addresses.map((address) => `${item.name} ${address}`)),
            ...[...loopbacks, ...serves].map((address) => `lo ${address}`),
          ],
        },
      ]),
    ),
    links: plan.links.map(({ id, ends }) => ({ id, ends: ends.map((end) => `${end.node}:${end.interface}`) })),
    services: plan.services.map(({ name, addresses }) => ({ name, addresses })),
    neighbors: neighborsOf(plan),
  };
}
