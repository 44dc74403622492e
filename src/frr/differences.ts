/**
 * What newer versions of FRRouting do otherwise, and from which on. What a version has or lacks as a program is seen where
 * the programs are: mgmtd (src/init).
 */
const since = {
  /** ospf6d keeps all of several equal-cost paths to what is behind several neighbors; before, it loses some at random. */
  equalWays: [8, 5],
  /**
   * bgpd ignores BFD in the second of the clock in which a session came up (from 10.0.5, 10.1.4 and 10.2.2 on): what
   * BFD reports then does not end the session.
   */
  bfdDeafAtFirst: [10, 0],
  /** zebra has a route for each address of the node itself, before what any protocol says of it. */
  localRoutes: [10, 1],
  /** zebra keeps the weights of next hops that it resolves, as those of internal routes are. */
  weights: [10, 2],
  /** ospf6d may throw away the best of several routes to a prefix, which it has just found, until it calculates again (0190). */
  losesBestRoute: [10, 7],
} as const satisfies Readonly<Record<string, readonly [major: number, minor: number]>>;

type FrrDifference = keyof typeof since;

/** Whether a version of FRRouting, such as `8.4.4`, does this. */
export function frrDoes(difference: FrrDifference, version: string): boolean {
  const [leastMajor, leastMinor] = since[difference];
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/** The first version that does it, for people. */
export function firstFrrWith(difference: FrrDifference): string {
  return since[difference].join('.');
}
