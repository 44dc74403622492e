import { coloursOfCourses, type InstanceColours } from '../../../picture/colours.js';
import type { Course } from '../../../picture/course.js';
import { countUntil, insertMoments, labAt, lanesOf, type LabAt, type Lane, type Moment } from '../../moments.js';
import type { Foretold, Inside } from '../../moments.js';
import { lossesAfter, neighborsNow, type Losses, type NeighborsNow } from '../../neighbors.js';
import type { Opening } from '../../opening.js';
import { answered, post } from './requests.js';
import { Playback, rateFor } from './playback.js';
import type { ShownTerminal, Tools } from './terminal.js';
import { USUAL_WINDOW_MS, type StripWindow } from './strip-window.js';

export type Selection =
  { readonly kind: 'node'; readonly name: string } | { readonly kind: 'link'; readonly nth: number } | undefined;

/** What is asked for by a click: the same words as on the command line. */
export interface Change {
  readonly action: 'fail' | 'restore';
  readonly target: string;
  readonly how?: string | undefined;
  readonly settings?: Readonly<Record<string, string | boolean>> | undefined;
}

/** An error as the server tells it. */
export interface Trouble {
  readonly message: string;
  readonly hint?: string | undefined;
}

const MOST_MOMENTS = 20_000;

/** All that the page knows; components draw it again when it changes. */
export class Model {
  /** What can be shown; several where several tests were recorded. */
  openings: readonly Opening[] = [];
  opening: Opening | undefined;
  /** The step of a recording that is looked at. */
  chapter = 0;
  readonly log: Moment[] = [];
  connection: 'connecting' | 'live' | 'ended' | 'lost' = 'connecting';
  selection: Selection;
  /** The moment that is shown; null: now. */
  cursorMs: number | null = null;
  windowMs = USUAL_WINDOW_MS;
  /** Only this address is shown; null: all. */
  address: string | null = null;
  /** What the change that is being thought of would do. */
  foretold: Foretold | undefined;
  trouble: Trouble | undefined;
  isBusy = false;
  terminal: ShownTerminal | undefined;
  readonly tools: Tools;
  /** In a file: what is taken for broken. */
  readonly assumed: Change[] = [];
  /** Counts changes of the log. */
  version = 0;
  readonly #listeners = new Set<() => void>();
  #isDue = false;
  #windowEndMs: number | undefined;
  #colours: { readonly version: number; readonly colours: InstanceColours } | undefined;
  #lanes: { readonly version: number; readonly lanes: readonly Lane[] } | undefined;
  #lab: { readonly version: number; readonly count: number; readonly lab: LabAt } | undefined;
  #losses: Losses = new Map();
  #neighbors: { readonly version: number; readonly count: number; readonly now: readonly NeighborsNow[] } | undefined;
  #clockOffsetMs = 0;
  readonly playback = new Playback((byMs) => this.#playOn(byMs));

  constructor(tools: Tools = {}) {
    this.tools = tools;
  }

  /** Calls back, at most once a frame, when something has changed. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Changes something, and has it drawn. */
  set(
    change: Partial<
      Pick<
        Model,
        | 'terminal'
        | 'selection'
        | 'cursorMs'
        | 'windowMs'
        | 'address'
        | 'foretold'
        | 'trouble'
        | 'isBusy'
        | 'connection'
      >
    >,
  ): void {
    Object.assign(this, change);
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  /** The lab's clock, now. */
  get nowMs(): number {
    const last = this.log.at(-1)?.atMs ?? 0;
    if (this.opening?.kind !== 'lab') return Math.max(last, this.opening?.nowMs ?? 0);
    return this.connection === 'live' ? performance.now() + this.#clockOffsetMs : last;
  }

  /** The part of time that the strip shows. */
  get stripWindow(): StripWindow {
    const toMs = this.#windowEndMs ?? this.nowMs;
    return { fromMs: toMs - this.windowMs, toMs };
  }

  /** Looks at a moment, or at now; the strip stands still while the past is looked at. */
  look(cursorMs: number | null, windowMs = this.windowMs): void {
    this.playback.stop();
    if (cursorMs === null) this.#windowEndMs = undefined;
    else {
      const { fromMs, toMs } = this.stripWindow;
      const isInside = cursorMs >= fromMs && cursorMs <= toMs;
      const isSame = windowMs === this.windowMs;
      // A moment that is looked at stays where it is while the strip is zoomed.
      const share = isInside ? (cursorMs - fromMs) / (toMs - fromMs) : 0.5;
      this.#windowEndMs = isInside && isSame ? toMs : cursorMs + (1 - share) * windowMs;
    }
    this.set({ cursorMs, windowMs });
  }

  /** Looks at a stretch of time, from just before it: what was under way when it began belongs to it. */
  lookAt(fromMs: number, lengthMs: number): void {
    const windowMs = lengthMs * 1.4;
    this.#windowEndMs = fromMs + lengthMs * 1.2;
    this.set({ cursorMs: fromMs - lengthMs * 0.1, windowMs });
  }

  /** Looks at a step of a recording, from just before it. */
  lookAtChapter(nth: number): void {
    const step = this.opening?.chapters[nth];
    this.chapter = nth;
    this.playback.stop();
    if (step === undefined) return;
    this.lookAt(step.atMs, step.lengthMs);
    this.playback.rate = rateFor(this.windowMs);
  }

  /** Plays what the strip shows, from the moment that is shown, or anew where that is at the end. */
  play(): void {
    const { fromMs, toMs } = this.stripWindow;
    if (this.shownMs >= toMs - 1 || this.cursorMs === null) this.look(fromMs);
    this.playback.start();
    this.set({});
  }

  pause(): void {
    this.playback.stop();
    this.set({});
  }

  #playOn(byMs: number): boolean {
    const { toMs } = this.stripWindow;
    const cursorMs = Math.min(toMs, this.shownMs + byMs);
    this.#windowEndMs = toMs;
    this.set({ cursorMs });
    return cursorMs < toMs;
  }

  /** What is shown. */
  get shownMs(): number {
    return this.cursorMs ?? this.nowMs;
  }

  /** The lab at the moment that is shown; the same object until something happens. */
  get lab(): LabAt {
    const { version, log, cursorMs } = this;
    const count = cursorMs === null ? log.length : countUntil(log, cursorMs);
    if (this.#lab?.version !== version || this.#lab.count !== count)
      this.#lab = { version, count, lab: labAt(log, cursorMs ?? Infinity) };
    return this.#lab.lab;
  }

  /** Adjacencies and sessions at the moment that is shown; the same object until something happens. */
  get neighbors(): readonly NeighborsNow[] {
    const { version, log, cursorMs, opening } = this;
    const count = cursorMs === null ? log.length : countUntil(log, cursorMs);
    if (this.#neighbors?.version !== version || this.#neighbors.count !== count) {
      const now = neighborsNow(opening?.neighbors ?? [], lossesAfter(this.#losses, log.slice(0, count)));
      this.#neighbors = { version, count, now };
    }
    return this.#neighbors.now;
  }

  get colours(): InstanceColours {
    if (this.#colours?.version !== this.version) {
      const seen = this.log.flatMap((moment): Course[] => (moment.kind === 'courses' ? [...moment.courses] : []));
      const colours = coloursOfCourses(this.opening?.layout ?? { nodes: [], links: [] }, seen);
      this.#colours = { version: this.version, colours };
    }
    return this.#colours.colours;
  }

  /** Who answered each query when. */
  get lanes(): readonly Lane[] {
    if (this.#lanes?.version !== this.version) this.#lanes = { version: this.version, lanes: lanesOf(this.log) };
    return this.#lanes.lanes;
  }

  /** Follows the lab until it is gone. */
  follow(): void {
    const stream = new EventSource('stream');
    const told = (name: string, hear: (content: unknown) => void): void => {
      stream.addEventListener(name, (event: MessageEvent<string>) => {
        hear(JSON.parse(event.data));
      });
    };
    told('openings', (content) => {
      this.open(content as readonly Opening[]);
    });
    told('moments', (content) => {
      const { nowMs, moments } = content as { nowMs: number; moments: readonly Moment[] };
      this.#clockOffsetMs = nowMs - performance.now();
      this.#take(moments);
    });
    told('end', () => {
      stream.close();
      this.set({ connection: 'ended' });
    });
    stream.onerror = () => {
      if (this.connection !== 'ended') this.set({ connection: 'lost' });
    };
  }

  /** Shows what there is: of a recording a step. */
  open(openings: readonly Opening[], nth = 0, chapter = 0): void {
    const opening = openings[nth];
    if (opening === undefined) return;
    this.openings = openings;
    this.opening = opening;
    this.selection = undefined;
    this.address = null;
    this.#clockOffsetMs = opening.nowMs - performance.now();
    this.log.length = 0;
    this.#losses = new Map(opening.losses);
    this.#take(opening.moments, Infinity);
    this.set({ connection: opening.hasEnded ? 'ended' : 'live' });
    if (opening.kind === 'recording') this.lookAtChapter(chapter);
  }

  /** Asks what a change would do. */
  async foretell(change: Change | undefined): Promise<void> {
    if (change === undefined) {
      this.set({ foretold: undefined, trouble: undefined });
      return;
    }
    try {
      this.set({ foretold: await post<Foretold>('foretell', { broken: this.assumed, change }), trouble: undefined });
    } catch (error) {
      this.set({ foretold: undefined, trouble: error as Trouble });
    }
  }

  /** Makes a change: in a lab for real, in a file in thought. */
  async make(change: Change): Promise<void> {
    this.set({ isBusy: true, trouble: undefined });
    try {
      if (this.opening?.kind === 'lab') await post('step', change);
      else await this.#assume(change);
      this.set({ foretold: undefined });
    } catch (error) {
      this.set({ trouble: error as Trouble });
    } finally {
      this.set({ isBusy: false });
    }
  }

  async inside(node: string): Promise<Inside> {
    return answered<Inside>(await fetch(`inside?node=${encodeURIComponent(node)}`));
  }

  async #assume(change: Change): Promise<void> {
    const { then } = await post<Foretold>('foretell', { broken: this.assumed, change });
    if (change.action === 'fail') this.assumed.push(change);
    else {
      const kept = this.assumed.filter(({ target, how }) => target !== change.target || how !== change.how);
      this.assumed.splice(0, this.assumed.length, ...kept);
    }
    this.#take([{ ...then, atMs: this.log.length }]);
  }

  #take(moments: readonly Moment[], most = MOST_MOMENTS): void {
    insertMoments(this.log, moments);
    if (this.log.length > most) this.#losses = lossesAfter(this.#losses, this.log.splice(0, MOST_MOMENTS / 2));
    this.version++;
    this.set({});
  }
}
