import type { ActiveFault } from '../fault/active-fault.js';
import type { Impairment } from '../topology/model/fault.js';
import type { RoutePolicy } from '../topology/model/topology.js';
import { round } from '../support/round.js';

/** What stands at a link with a fault, shorter than its sentence: `silent`, `20 ms, 5 % lost`. */
export interface LinkLabel {
  readonly text: string;
  /** Packets still pass: nothing is cut off. */
  readonly works: boolean;
}

/** What an impairment does to packets: `20 ms ± 5 ms, 5 % lost`. */
export function impairmentWords(impairment: Impairment): string {
  const { delayMs, jitterMs, loss, duplicate, reorder, corrupt, rateBps } = impairment;
  const jitter = jitterMs === undefined ? '' : ` ± ${ms(jitterMs)}`;
  const share = (value: number | undefined, word: string): readonly string[] =>
    value === undefined ? [] : [`${String(round(value * 100))} % ${word}`];
  return [
    ...(delayMs === undefined ? [] : [`${ms(delayMs)}${jitter}`]),
    ...share(loss, 'lost'),
    ...share(duplicate, 'twice'),
    ...share(reorder, 'overtake'),
    ...share(corrupt, 'corrupt'),
    ...(rateBps === undefined ? [] : [rateWords(rateBps)]),
  ].join(', ');
}

/** The label of a fault at the links that it is at; undefined where it is at a node. */
export function labelOf({ effect }: ActiveFault): LinkLabel | undefined {
  switch (effect.kind) {
    case 'down':
      return { text: 'down', works: false };
    case 'silence':
    case 'partition':
      return { text: 'silent', works: false };
    case 'flap':
      return { text: `flaps every ${ms(effect.periodMs)}`, works: false };
    case 'impair':
      return { text: impairmentWords(effect.impairment), works: true };
    case 'prepend':
    case 'med':
    case 'local-pref':
      return { text: `${effect.kind} ${String(valueOf(effect.policy))}`, works: true };
    default:
      return undefined;
  }
}

function valueOf({ prepend, med, localPreference }: RoutePolicy): number {
  return prepend ?? med ?? localPreference ?? 0;
}

function ms(value: number): string {
  return value < 1000 ? `${String(round(value))} ms` : `${String(round(value / 1000))} s`;
}

function rateWords(bps: number): string {
  const [unit, name] = bps >= 1e9 ? [1e9, 'Gbit/s'] : bps >= 1e6 ? [1e6, 'Mbit/s'] : [1e3, 'kbit/s'];
  return `${String(round(bps / unit))} ${name}`;
}
