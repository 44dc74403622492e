import type { LabEvent } from '../../protocol/events.js';
import type { Question } from '../../plan/model.js';
import { round } from '../../support/round.js';
import type { LabNews } from '../lab/lab-news.js';
import type { Probe } from '../probe/probe-stream.js';

const LOOK_EVERY_MS = 20;
/** An answer that takes longer than this is reported as silence. */
const ANSWER_WITHIN_MS = 250;

interface Stream {
  readonly question: Question;
  readonly sourcePort: number;
  readonly probes: readonly Probe[];
}

/** Reports to a lab's listeners how the answers to a step's probes change, flow by flow. */
export class AnswerNews {
  readonly #flows: readonly { readonly stream: Stream; next: number; told: string | undefined }[];
  readonly #timer: NodeJS.Timeout;

  constructor(
    readonly news: Pick<LabNews<LabEvent>, 'isHeard' | 'tell'>,
    streams: readonly Stream[],
  ) {
    this.#flows = streams.map((stream) => ({ stream, next: 0, told: undefined }));
    this.#timer = setInterval(() => {
      this.look(performance.now() - ANSWER_WITHIN_MS);
    }, LOOK_EVERY_MS);
  }

  /** Reports all probes up to the first that was sent after a moment and has no answer yet. */
  look(sentBeforeMs: number): void {
    if (!this.news.isHeard) return;
    for (const flow of this.#flows) {
      const { question, sourcePort, probes } = flow.stream;
      for (; flow.next < probes.length; flow.next++) {
        const probe = probes[flow.next];
        if (probe === undefined || (probe.fate !== 'answered' && probe.sentAtMs > sentBeforeMs)) break;
        const { fate, instance, sentAtMs } = probe;
        const now = `${fate} ${instance ?? ''}`;
        if (flow.told === now) continue;
        flow.told = now;
        const { client, service, address } = question;
        this.news.tell({ atMs: round(sentAtMs), kind: 'answer', client, service, address, sourcePort, fate, instance });
      }
    }
  }

  /** No more probes are sent, and no more answers awaited. */
  close(): void {
    clearInterval(this.#timer);
    this.look(Infinity);
  }
}
