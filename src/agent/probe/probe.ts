import { setTimeout as delay } from 'node:timers/promises';
import { measureOutage } from '../../measure/outage.js';
import { sendGaps } from '../../measure/send-gaps.js';
import type { ProbeParams } from '../../protocol/messages.js';
import type { ProbeRun, ProbeSeries } from '../../protocol/observations.js';
import { round } from '../../support/round.js';
import { selectQuestions } from './ask.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { Probe, ProbeStream } from './probe-stream.js';
import { Prober } from './prober.js';

const LAST_ANSWER_MS = 200;

/** Probes at a steady rate for a while, and reports who answered from when to when. */
export async function probe(lab: RunningLab, params: ProbeParams): Promise<readonly ProbeSeries[]> {
  const questions = selectQuestions(lab.plan, params);
  const prober = await Prober.open(questions, lab, Math.max(1, Math.round(1000 / params.rate)));
  try {
    const startedAtMs = performance.now();
    prober.start();
    await delay(params.forMs);
    prober.stop();
    await delay(LAST_ANSWER_MS);
    return prober.streams.map((stream) => seriesOf(stream, startedAtMs));
  } finally {
    prober.close();
  }
}

function seriesOf({ question, sourcePort, probes }: ProbeStream, startedAtMs: number): ProbeSeries {
  const { lost, sent, maxSendGapMs } = measureOutage(probes);
  const gaps = sendGaps([probes]);
  const rtts = probes.flatMap((each) => (each.instance === null ? [] : [each.rttMs])).sort((a, b) => a - b);
  const [median, max] = [rtts[rtts.length >> 1], rtts.at(-1)];
  return {
    client: question.client,
    service: question.service,
    address: question.address,
    sourcePort,
    sent,
    lost,
    rttMs: median === undefined || max === undefined ? null : { median: round(median), max: round(max) },
    maxSendGapMs: round(maxSendGapMs),
    sendGapMs: probes.length < 2 ? null : { median: gaps.median, p99: gaps.p99 },
    runs: runsOf(probes, startedAtMs),
  };
}

function runsOf(probes: readonly Probe[], startedAtMs: number): readonly ProbeRun[] {
  const runs: { instance: string | null; fromMs: number; toMs: number; probes: number }[] = [];
  for (const { instance, sentAtMs } of probes) {
    const atMs = round(sentAtMs - startedAtMs);
    const last = runs.at(-1);
    if (last?.instance === instance) {
      last.toMs = atMs;
      last.probes += 1;
    } else runs.push({ instance, fromMs: atMs, toMs: atMs, probes: 1 });
  }
  return runs;
}
