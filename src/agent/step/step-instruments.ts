import type { FlowNumber } from '../../forecast/flow-numbers.js';
import type { StepParams } from '../../protocol/messages.js';
import { hearOf, IcmpListeners } from '../probe/icmp-listeners.js';
import type { RunningLab } from '../lab/running-lab.js';
import { eachFlow } from '../lab/lab-flows.js';
import { LoadSamples } from '../record/load-samples.js';
import { OpenConnections } from '../probe/open-connections.js';
import type { ProbeStream } from '../probe/probe-stream.js';
import { Prober } from '../probe/prober.js';
import { AnswerNews } from './answer-news.js';
import { Recorder } from '../record/recorder.js';
import { Ticker } from '../system/ticker.js';

const UDP_HEADER = 8;
/** One ticker for all of them: each has a thread that waits. */
const TICK_MS = 1;

/**
 * All that observes a step: probes of every client, what ICMP says of them, what the nodes say, and open connections
 * where they are wanted.
 */
export class StepInstruments {
  private constructor(
    readonly ticker: Ticker,
    readonly prober: Prober,
    readonly recorder: Recorder,
    readonly listeners: IcmpListeners,
    readonly load: LoadSamples,
    readonly answers: AnswerNews,
    readonly connections: OpenConnections | undefined,
  ) {}

  /** Opens them; where one of them cannot be had, the others are closed again. */
  static async open(
    lab: RunningLab,
    { connections }: StepParams,
    numbers: readonly FlowNumber[],
    intervalMs: number,
  ): Promise<StepInstruments> {
    const opened: { close(): void }[] = [];
    const keep = <T extends { close(): void }>(instrument: T): T => {
      opened.push(instrument);
      return instrument;
    };
    try {
      const ticker = keep(new Ticker(TICK_MS));
      const prober = keep(await Prober.open(eachFlow(numbers), lab, intervalMs, ticker));
      const recorder = keep(new Recorder(lab, { ticker }));
      const listeners = keep(new IcmpListeners());
      for (const stream of prober.streams) hearErrors(listeners, stream);
      const load = keep(new LoadSamples(lab, ticker));
      return new StepInstruments(
        ticker,
        prober,
        recorder,
        listeners,
        load,
        keep(new AnswerNews(lab.news, prober.streams)),
        connections === true ? keep(await OpenConnections.open(numbers, lab)) : undefined,
      );
    } catch (error) {
      for (const each of opened) each.close();
      throw error;
    }
  }

  close(): void {
    this.ticker.close();
    this.answers.close();
    this.prober.close();
    this.recorder.close();
    this.listeners.close();
    this.load.close();
    this.connections?.close();
  }
}

/** An ICMP error is the fate of its probe: the DNS id follows the quoted UDP header. */
function hearErrors(listeners: IcmpListeners, stream: ProbeStream): void {
  const {
    namespace,
    sourcePort,
    question: { family, address },
  } = stream;
  hearOf(listeners.of(namespace, family), { protocol: 'udp', sourcePort, destination: address }, (word, quoted) => {
    if (word !== 'reply' && quoted !== undefined && quoted.length >= UDP_HEADER + 2)
      stream.note(quoted.readUInt16BE(UDP_HEADER), word);
  });
}
