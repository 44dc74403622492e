import type { BgpPath, InstalledHop, RouteState } from '../../protocol/lab-state.js';

/** How the words for what was installed, and for what is missing, are marked. */
interface Marks {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

const plain: Marks = { good: (text) => text, bad: (text) => text };

/** What a router knows of an address of a service, and which route it installed. */
export function knownRoutesText(route: RouteState, marks = plain): string {
  const { router, address, installed, covering, selection } = route;
  const chosen =
    installed.length > 0
      ? `installed the route to ${hopsText(installed, marks)}`
      : covering === null
        ? marks.bad('installed no route')
        : `installed no route of its own to it, but the covering ${covering.prefix} to ${hopsText(covering.installed, marks)}`;
  const chooses = selection === undefined ? '' : `, but chooses by ${selectionText(selection, marks)}`;
  return `${router} knows ${address} from ${knownText(route) ?? 'no instance'}; it ${chosen}${chooses}`;
}

/** Every instance with its cost, and every path of BGP; undefined if there is none. */
function knownText(route: RouteState): string | undefined {
  const known = knownParts(route);
  return known.length === 0 ? undefined : known.join(', ');
}

/** Each instance with its cost, and each path of BGP. */
export function knownParts({ alternatives, paths }: RouteState): readonly string[] {
  return [...alternatives.map(({ instance, cost }) => `${instance} at ${String(cost)}`), ...paths.map(pathText)];
}

/** How a router chooses itself, and among which instances. */
export function selectionText(selection: NonNullable<RouteState['selection']>, marks: Marks): string {
  const among = selection.among.length === 0 ? marks.bad('none') : marks.good(namedWithShares(selection));
  return `${selection.by} among ${among}`;
}

function namedWithShares({ among, weights }: NonNullable<RouteState['selection']>): string {
  const sum = (weights ?? []).reduce((total, weight) => total + weight, 0);
  return among
    .map((name, index) =>
      weights === undefined ? name : `${name} ${((100 * (weights[index] ?? 0)) / sum).toFixed(0)} %`,
    )
    .join(', ');
}

/** The neighbors that a route leads to. */
export function hopsText(hops: readonly InstalledHop[], { good }: Marks): string {
  return good([...new Set(hops.map((hop) => hop.node ?? (hop.via === '' ? hop.interface : hop.via)))].join(', '));
}

function pathText({ via, asPath, localPreference, med, communities }: BgpPath): string {
  const notes = [
    ...(asPath === '' ? [] : [`AS path ${asPath}`]),
    ...(localPreference === null ? [] : [`preference ${String(localPreference)}`]),
    ...(med === null || med === 0 ? [] : [`MED ${String(med)}`]),
    ...communities,
  ];
  return `${via ?? 'itself'}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`;
}
