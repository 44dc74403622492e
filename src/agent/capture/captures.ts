import { LabError } from '../../errors.js';
import type { LabPlan, PlanLinkEnd } from '../../plan/model.js';
import type { CaptureParams, CaptureStarted } from '../../protocol/capture.js';
import { didYouMean } from '../../support/suggest.js';
import { RunningCapture } from './running-capture.js';
import type { RunningLab } from '../lab/running-lab.js';
import type { Handlers } from '../../protocol/messages.js';

/** The captures that one connection began: they end with it. */
export class Captures {
  readonly #captures = new Map<number, RunningCapture>();
  readonly #running: () => RunningLab;
  #nextId = 1;

  constructor(running: () => RunningLab) {
    this.#running = running;
  }

  get handlers(): Pick<Handlers, 'captureStart' | 'captureRead' | 'captureStop'> {
    return {
      // Answers of an asynchronous function also when it refuses.
      captureStart: async (params) => Promise.resolve(this.#start(params)),
      captureRead: async ({ id }) => Promise.resolve(this.#capture(id).read()),
      captureStop: async ({ id, discard = false }) => {
        const capture = this.#capture(id);
        this.#captures.delete(id);
        return Promise.resolve(capture.stop({ discard }));
      },
    };
  }

  endAll(): void {
    for (const capture of this.#captures.values()) capture.close();
    this.#captures.clear();
  }

  #start(params: CaptureParams): CaptureStarted {
    const lab = this.#running();
    const ends = captureEnds(lab.plan, params);
    const id = this.#nextId++;
    this.#captures.set(id, new RunningCapture(ends, lab, params));
    return { id, ends };
  }

  #capture(id: number): RunningCapture {
    const capture = this.#captures.get(id);
    if (capture === undefined) throw new LabError('BUG', `this connection has no capture ${String(id)}`);
    return capture;
  }
}

/**
 * What to listen at, each interface once; all there is where nothing is named. LabError NODE_UNKNOWN, TARGET_UNKNOWN.
 */
export function captureEnds(
  plan: LabPlan,
  { nodes, ends }: Pick<CaptureParams, 'nodes' | 'ends'>,
): readonly PlanLinkEnd[] {
  const all = plan.nodes.map(({ name }) => name);
  const interfacesOf = (name: string): readonly string[] => {
    const node = plan.nodes.find((each) => each.name === name);
    if (node !== undefined) return node.interfaces.map((item) => item.name);
    throw new LabError('NODE_UNKNOWN', `there is no node "${name}" in this lab`, {
      hint: didYouMean(name, all, 'nodes'),
    });
  };
  for (const end of ends ?? []) {
    const own = interfacesOf(end.node);
    if (own.includes(end.interface)) continue;
    throw new LabError('TARGET_UNKNOWN', `"${end.node}" has no interface "${end.interface}"`, {
      hint: didYouMean(end.interface, own, 'interfaces'),
    });
  }
  const named = nodes ?? (ends === undefined ? all : []);
  const whole = named.flatMap((node) => interfacesOf(node).map((name) => ({ node, interface: name })));
  return [...new Map([...whole, ...(ends ?? [])].map((end) => [`${end.node}:${end.interface}`, end])).values()];
}
