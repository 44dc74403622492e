import type { Forecast } from '../plan/forecast.js';
import type { LabNode } from './lab-node.js';
import { readRoutes } from './fib.js';

/** A router's kernel differs from what routing should come to. */
export interface Divergence {
  readonly node: string;
  readonly destination: string;
  readonly text: string;
}

/** Compares a node's kernel with the forecast: routes it lacks, and routes to services that nothing leads to any more. */
export function divergences(node: LabNode, forecast: Forecast): readonly Divergence[] {
  const expected = forecast.routes(node.name);
  const installed = readRoutes(node);
  const found: Divergence[] = [];
  for (const [destination, interfaces] of expected) {
    const devices = installed.get(destination);
    const say = (text: string): void => void found.push({ node: node.name, destination, text: `${node.name}: ${text}` });
    if (devices === undefined) say(`no route to ${destination}`);
    else if (![...devices].some((device) => interfaces.has(device))) {
      say(`route to ${destination} leaves by ${[...devices].join(', ')}, not yet by ${[...interfaces].join(' or ')}`);
    }
  }
  for (const prefix of forecast.unroutable(node.name)) {
    if (installed.has(prefix)) found.push({ node: node.name, destination: prefix, text: `${node.name}: still routes ${prefix}` });
  }
  return found;
}
