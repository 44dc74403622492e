import { hostPrefix } from '../../plan/addressing.js';
import type { PlanSegment, PlanSelector } from '../../plan/model.js';
import { segmentTable } from '../../plan/selection.js';
import { isPerPacket } from '../../topology/model/routing.js';
import { familyOf } from '../../support/family.js';

/** Before the kernel's main table, which has priority 32766. */
const SEGMENT_PRIORITY = 5300;
const SELECTOR_PRIORITY = 5301;

/** Where packets to a segment identifier leave a router, and what is to become of them at its end. */
export interface SteeredWay {
  readonly id: string;
  readonly via: string | undefined;
  readonly device: string;
  /** The part of the flows that goes there, beside the weights of the others. */
  readonly weight: number;
}

/** Lets the kernel of a router find its segment identifiers before it forwards packets to them. */
export function segmentRules(networks: readonly string[]): readonly string[] {
  return networks.map((ids) => `rule add pref ${String(SEGMENT_PRIORITY)} to ${ids} lookup ${String(segmentTable)}`);
}

/** At a router of an instance: takes the tunnel off and hands the packet to the instance (RFC 8986 sections 4.4, 4.5). */
export function segmentRoutes({ id, family, ends }: PlanSegment, router: string): readonly string[] {
  const action = family === 'ipv4' ? 'End.DX4 nh4' : 'End.DX6 nh6';
  return ends
    .filter((end) => end.router === router)
    .map(
      ({ via, interface: device }) =>
        `route replace ${hostPrefix(id)} encap seg6local action ${action} ${via} dev ${device} table ${String(segmentTable)}`,
    );
}

/** Sends what is marked, or whatever goes to the address where flows are chosen for, to tables of its own. */
export function selectorRules({ by, addresses, table }: PlanSelector, instances: number): readonly string[] {
  return addresses.flatMap((address) =>
    isPerPacket(by)
      ? Array.from({ length: instances }, (_, place) => {
          const own = String(table + place);
          return `rule add pref ${String(SELECTOR_PRIORITY)} fwmark ${own} to ${hostPrefix(address)} lookup ${own}`;
        })
      : [`rule add pref ${String(SELECTOR_PRIORITY)} to ${hostPrefix(address)} lookup ${String(table)}`],
  );
}

/** Puts packets to the address into a tunnel: by flow in one route, or one route for each place in the round. */
export function selectorRoutes(
  { by, table }: PlanSelector,
  address: string,
  ways: readonly SteeredWay[],
): readonly string[] {
  const told = (way: SteeredWay): string =>
    `encap seg6 mode encap segs ${way.id}${way.via === undefined || familyOf(address) === 'ipv4' ? '' : ` via ${way.via}`} dev ${way.device}`;
  const [only, ...others] = ways;
  if (only === undefined) return isPerPacket(by) ? [] : [`route flush ${hostPrefix(address)} table ${String(table)}`];
  if (isPerPacket(by))
    return ways.map((way, place) => `route replace ${hostPrefix(address)} ${told(way)} table ${String(table + place)}`);
  const hops =
    others.length === 0 ? told(only) : ways.map((way) => `nexthop ${told(way)} weight ${String(way.weight)}`).join(' ');
  return [`route replace ${hostPrefix(address)} table ${String(table)} ${hops}`];
}
