import type { Family, LabPlan } from '../plan/model.js';
import type { Condition } from './condition.js';
import { routingGraph, segmentsUp, speakersNow, type RoutingGraph } from './graph.js';
import { connectivity, memo } from './reach.js';
import { costsTo, shortestPaths, type Path } from './shortest-paths.js';

/** What the forecasts of all families stand on under one condition. */
export interface Terrain {
  /** Whether two nodes have a link, or a segment of switches, in common that carries packets now. */
  readonly connected: (a: string, b: string) => boolean;
  readonly interiorOf: (family: Family) => Interior;
}

/** The routing graph of a family, and what is known of it by now. */
interface Interior {
  readonly graph: RoutingGraph;
  readonly paths: (source: string) => ReadonlyMap<string, Path>;
  readonly costs: ReturnType<typeof costsTo>;
}

/** Works out once what families share: where the same nodes speak, also the graph and the ways in it. */
export function terrainOf(plan: LabPlan, condition: Condition): Terrain {
  const segments = segmentsUp(plan, condition);
  const bySpeakers = new Map<string, Interior>();
  return {
    connected: connectivity(segments),
    interiorOf: memo((family: Family) => {
      const speakers = speakersNow(plan, condition, family);
      const key = [...speakers].join(' ');
      const known = bySpeakers.get(key);
      if (known !== undefined) return known;
      const graph = routingGraph(plan, condition, speakers, segments);
      const interior = { graph, paths: memo((source) => shortestPaths(graph, source)), costs: costsTo(graph) };
      bySpeakers.set(key, interior);
      return interior;
    }),
  };
}
