import type { Lacking } from '../../protocol/lacking.js';
import type { Expected } from './wanted-neighbors.js';

/** Where the same routes are lacking for so long, a neighbor that was there once may have gone again. */
const STALLED_MS = 1000;
const MOST_ROUTERS = 4;

/** Notices routes that stay away, and knows whom to ask for neighbors that they had. */
export class StalledRoutes {
  #lacking = '';
  #sinceMs = 0;

  constructor(readonly expected: Pick<Expected, 'bgp' | 'interior'>) {}

  /** Of a look at what is lacking, in order: some of the routers that have waited for a second, and all their neighbors. */
  look(lacking: readonly Lacking[], nowMs: number): ReadonlySet<string> {
    // In a large lab there are thousands, and it is another number at each look as long as anything moves.
    const now = lacking.length === 0 ? '' : `${String(lacking.length)} ${JSON.stringify(lacking[0])}`;
    if (now !== this.#lacking || now === '') {
      this.#lacking = now;
      this.#sinceMs = nowMs;
    }
    if (nowMs - this.#sinceMs < STALLED_MS) return new Set();
    this.#sinceMs = nowMs;
    const routers = new Set(lacking.flatMap((each) => (each.kind === 'route' ? [each.node] : [])));
    return new Set([...routers].slice(0, MOST_ROUTERS).flatMap((router) => [router, ...this.#neighborsOf(router)]));
  }

  #neighborsOf(router: string): readonly string[] {
    const edges = Object.values(this.expected.interior).flatMap((edgesOf) => edgesOf.get(router) ?? []);
    return [...this.expected.bgp(router).map(({ neighbor }) => neighbor), ...edges.map(({ to }) => to)];
  }
}
