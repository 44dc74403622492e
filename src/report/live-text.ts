import type { LabEvent } from '../protocol/events.js';
import { plural } from './format.js';

/** What of a lab's events a terminal shows while a step or a probe is under way. */
export interface Watched {
  /** By client, address and source port: who answered first, and who answers now. */
  readonly flows: ReadonlyMap<
    string,
    { readonly client: string; readonly first: string | null; readonly now: string | null }
  >;
  /** The flow that changed last. */
  readonly changed: string | undefined;
  /** What a node reported last. */
  readonly news: string | undefined;
}

/** Before the first event. */
export const nothingWatched: Watched = { flows: new Map(), changed: undefined, news: undefined };

/** The same after one more event. */
export function watchedAfter(watched: Watched, event: LabEvent): Watched {
  if (event.kind === 'dropped') return watched;
  if (event.kind !== 'answer')
    return { ...watched, news: event.node === null ? event.text : `${event.node}: ${event.text}` };
  const key = `${event.client} ${event.address} ${String(event.sourcePort)}`;
  const known = watched.flows.get(key);
  const flow = { client: event.client, first: known === undefined ? event.instance : known.first, now: event.instance };
  return {
    ...watched,
    flows: new Map(watched.flows).set(key, flow),
    changed: known === undefined ? watched.changed : key,
  };
}

/** One line: for how long it has been watched (`ofMs`: of how long), how the flows are, and the latest news. */
export function watchedText(watched: Watched, elapsedMs: number, ofMs?: number): string {
  const time =
    ofMs === undefined ? inSeconds(elapsedMs) : `${inSeconds(Math.min(elapsedMs, ofMs))} of ${inSeconds(ofMs)}`;
  return [time, flowsText(watched), watched.news ?? ''].filter((part) => part !== '').join('  ');
}

function flowsText({ flows, changed }: Watched): string {
  const all = [...flows.values()];
  if (all.length === 0) return '';
  const lost = all.filter(({ now }) => now === null).length;
  if (lost > 0) return `${String(lost)} of ${plural(all.length, 'flow')} without an answer`;
  const moved = all.filter(({ first, now }) => first !== now).length;
  if (moved === 0) return `${plural(all.length, 'flow')} answered as before`;
  const last = changed === undefined ? undefined : flows.get(changed);
  const where = last === undefined ? '' : `, ${last.client} to ${last.now ?? 'nobody'}`;
  return `${String(moved)} of ${plural(all.length, 'flow')} moved${where}`;
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
