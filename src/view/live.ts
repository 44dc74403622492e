import { LabError } from '../errors.js';
import type { ActiveFault } from '../fault/active-fault.js';
import type { Lab, WithPending } from '../lab/lab.js';
import type { Course } from '../picture/course.js';
import type { LabPlan } from '../plan/model.js';
import type { StepObserved } from '../protocol/observations.js';
import type { LabEvent } from '../protocol/events.js';
import { insertMoments, type Moment } from './moments.js';
import { lossesAfter, type Losses } from './neighbors.js';
import { lossesIn } from './plan-neighbors.js';
import { changesFelt, faultsMoment } from './step-moments.js';
import { TrafficWatch } from './traffic-watch.js';
import { faultsIn, observedCourses } from './subject.js';

type Listener = (added: readonly Moment[]) => void;

/** What is older is forgotten. */
const MOST_MOMENTS = 20_000;
/** After news, the lab is asked once it is quiet for so long: a step that somebody plays is not to be disturbed. */
const QUIET_MS = 400;
/** Without news too: an answer can change for a reason that no kernel tells. */
const ASK_EVERY_MS = 3000;

/** A running lab as a log of moments, for any number of listeners. It ends with the lab. */
export class Live implements AsyncDisposable {
  readonly moments: Moment[] = [];
  readonly #listeners = new Set<Listener>();
  readonly #ending = new AbortController();
  readonly #lab: Lab;
  readonly #plan: LabPlan;
  readonly #offsetMs: number;
  #asking: Promise<void> | undefined;
  #askTimer: NodeJS.Timeout | undefined;
  /** A step of a view is under way. */
  #isStepping = false;
  /** When something was broken, or restored, that is not read yet. */
  #staleSinceMs: number | undefined;
  #courses = '';
  /** Answers have come since all clients were asked: what is shown may be another thing than what was asked last. */
  #hasAnswered = false;
  #faults = '';
  #traffic: TrafficWatch | undefined;
  #hasEnded = false;
  #losses: Losses = new Map();

  private constructor(lab: Lab, plan: LabPlan, offsetMs: number) {
    this.#lab = lab;
    this.#plan = plan;
    this.#offsetMs = offsetMs;
  }

  /** `onEnd` is told when the lab is gone. */
  static async start(lab: Lab, plan: LabPlan, onEnd: () => void): Promise<Live> {
    const { offsetMs } = await lab.clock();
    const live = new Live(lab, plan, offsetMs);
    const subscription = await lab.subscribe({ signal: live.#ending.signal });
    live.#losses = lossesIn(plan, await live.#readFaults(live.nowMs));
    await live.#ask();
    live.#traffic = new TrafficWatch(lab, plan, (rates) => {
      live.#add([{ kind: 'traffic', atMs: live.nowMs, rates }]);
    });
    const follow = async (): Promise<void> => {
      try {
        for await (const event of subscription) live.#hear(event);
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
      }
      live.#stop();
      // Who looks no more ends it, too.
      if (!live.#ending.signal.aborted) onEnd();
    };
    void follow();
    return live;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** What neighbors had lost of each other before the first moment. */
  get losses(): Losses {
    return this.#losses;
  }

  /** The lab's clock. */
  get nowMs(): number {
    return performance.now() - this.#offsetMs;
  }

  /** What ends it is returned. */
  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Plays a step, which nothing else is asked of the lab during, and tells of it. */
  async play(command: string, step: () => Promise<WithPending<StepObserved>>): Promise<void> {
    this.#isStepping = true;
    this.#traffic?.pause();
    clearTimeout(this.#askTimer);
    try {
      await this.#asking?.catch(() => undefined);
      this.#tellStep(command, await step());
    } finally {
      this.#isStepping = false;
      this.#traffic?.resume();
      await this.#catchUp().catch(() => undefined);
    }
  }

  #tellStep(command: string, { atMs, settled, settleMs, changes, pending }: WithPending<StepObserved>): void {
    this.#add([
      {
        kind: 'step',
        atMs,
        command,
        settled,
        settleMs,
        pending,
        changes: changesFelt(changes),
      },
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    this.#stop();
    await this.#asking;
  }

  #hear(event: LabEvent): void {
    this.#add([event.kind === 'dropped' ? { ...event, atMs: this.nowMs } : event]);
    if (event.kind === 'answer') this.#hasAnswered = true;
    if (event.kind === 'fault' || event.kind === 'repair') this.#staleSinceMs ??= event.atMs;
    this.#askSoon();
  }

  #add(moments: readonly Moment[]): void {
    insertMoments(this.moments, moments);
    if (this.moments.length > MOST_MOMENTS) {
      const forgotten = this.moments.splice(0, this.moments.length - MOST_MOMENTS / 2);
      this.#losses = lossesAfter(this.#losses, forgotten);
    }
    for (const listener of [...this.#listeners]) listener(moments);
  }

  #askSoon(): void {
    this.#askIn(QUIET_MS);
  }

  #askIn(ms: number): void {
    clearTimeout(this.#askTimer);
    if (this.#hasEnded || this.#isStepping) return;
    this.#askTimer = setTimeout(() => {
      void this.#catchUp().catch(() => undefined);
    }, ms);
  }

  /** What is broken, where that is not known any more, and who answers. */
  async #catchUp(): Promise<void> {
    const sinceMs = this.#staleSinceMs;
    this.#staleSinceMs = undefined;
    try {
      if (sinceMs !== undefined) await this.#readFaults(sinceMs);
    } catch (error) {
      this.#staleSinceMs ??= sinceMs;
      this.#askIn(ASK_EVERY_MS);
      throw error;
    }
    await this.#ask();
  }

  /** Who answers now. A lab that is gone says so by its subscription. */
  async #ask(): Promise<void> {
    if (this.#asking !== undefined) {
      await this.#asking;
      return;
    }
    const ask = async (): Promise<void> => {
      const atMs = this.nowMs;
      const hadAnswered = this.#hasAnswered;
      // What is answered meanwhile is newer than what is asked now, and is asked again.
      this.#hasAnswered = false;
      let courses: readonly Course[];
      try {
        courses = await observedCourses(this.#lab);
      } catch (error) {
        this.#hasAnswered ||= hadAnswered;
        throw error;
      }
      const text = JSON.stringify(courses);
      if (text === this.#courses && !hadAnswered) return;
      this.#courses = text;
      this.#add([{ kind: 'courses', atMs, courses }]);
    };
    this.#asking = ask();
    try {
      await this.#asking;
    } finally {
      this.#asking = undefined;
      this.#askIn(ASK_EVERY_MS);
    }
  }

  /** What is broken since a moment. */
  async #readFaults(sinceMs: number): Promise<readonly ActiveFault[]> {
    const faults = await faultsIn({ kind: 'lab', name: this.#lab.name, plan: this.#plan, lab: this.#lab });
    const text = JSON.stringify(faults.map(({ key, settings }) => [key, settings]));
    if (text === this.#faults) return faults;
    this.#faults = text;
    this.#add([faultsMoment(this.#plan, faults, sinceMs)]);
    return faults;
  }

  #stop(): void {
    this.#hasEnded = true;
    this.#traffic?.stop();
    clearTimeout(this.#askTimer);
  }
}
