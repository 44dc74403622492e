import { familyOf, type Family } from '../../support/family.js';
import { LEAST_FLOATING_DISTANCE, type StaticRoute } from '../../topology/model/routing.js';

/** A route that a router has by its file, before or after all that its protocols know. */
export interface PlanStatic {
  readonly prefix: string;
  readonly distance: number;
  /** Undefined where packets are discarded. */
  readonly via: PlanStaticHop | undefined;
}

interface PlanStaticHop {
  readonly node: string;
  readonly address: string;
  readonly interface: string;
}

interface PlannedEnd {
  readonly name: string;
  readonly segment: number;
  readonly addresses: readonly string[];
}

/** A route with a greater distance waits until no protocol has one to the same prefix. */
export function isFloating({ distance }: Pick<PlanStatic, 'distance'>): boolean {
  return distance >= LEAST_FLOATING_DISTANCE;
}

/** The static routes of a router: the neighbor of each by its address on the first segment that both are on. */
export function planStatics(
  routes: readonly StaticRoute[],
  own: readonly PlannedEnd[],
  interfaces: ReadonlyMap<string, readonly PlannedEnd[]>,
  families: readonly Family[],
): readonly PlanStatic[] {
  return routes
    .filter(({ prefix }) => families.includes(familyOf(prefix)))
    .map(({ prefix, via, interface: device, distance }) => ({
      prefix,
      distance,
      via: via === undefined ? undefined : hopTo(via, device, familyOf(prefix), own, interfaces),
    }));
}

function hopTo(
  node: string,
  device: string | undefined,
  family: Family,
  own: readonly PlannedEnd[],
  interfaces: ReadonlyMap<string, readonly PlannedEnd[]>,
): PlanStaticHop | undefined {
  for (const item of own) {
    if (device !== undefined && item.name !== device) continue;
    const far = (interfaces.get(node) ?? []).find(({ segment }) => segment === item.segment);
    const address = far?.addresses.find((each) => familyOf(each) === family)?.split('/')[0];
    if (address !== undefined) return { node, address, interface: item.name };
  }
  return undefined;
}

/** Whether a node has FRRouting lines of its user's besides its static routes. */
export function hasLinesOfItsUser({
  statics = [],
  extraLines,
}: {
  readonly statics?: readonly PlanStatic[] | undefined;
  readonly extraLines: string | undefined;
}): boolean {
  return extraLines !== undefined && extraLines !== staticLines(statics).join('\n');
}

/** As FRRouting's staticd takes them. */
export function staticLines(statics: readonly PlanStatic[]): readonly string[] {
  return statics.map(({ prefix, distance, via }) =>
    [
      familyOf(prefix) === 'ipv6' ? 'ipv6 route' : 'ip route',
      prefix,
      via === undefined ? 'blackhole' : `${via.address} ${via.interface}`,
      ...(distance === 1 ? [] : [String(distance)]),
    ].join(' '),
  );
}
