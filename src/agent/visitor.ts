import { StepGate } from './step/step-gate.js';

/** The client at the other end of a connection, and the steps that it requested. */
export class Visitor {
  readonly #left = new AbortController();
  readonly #gates = new Map<number, StepGate>();
  readonly #steps = new Map<number, AbortController>();

  /** Ends a step, also one whose request arrives later: requests may overtake each other. */
  interrupt(ticket: number): void {
    this.#stepOf(ticket).abort();
  }

  /** What ends a step: its visitor interrupts it, or leaves. */
  signalOf(ticket: number | undefined): AbortSignal {
    return ticket === undefined ? this.#left.signal : AbortSignal.any([this.#left.signal, this.#stepOf(ticket).signal]);
  }

  /** Of a step that other agents play, too; it may be asked for sooner than the step. */
  gateOf(ticket: number): StepGate {
    const known = this.#gates.get(ticket) ?? new StepGate();
    this.#gates.set(ticket, known);
    return known;
  }

  leave(): void {
    this.#left.abort();
  }

  #stepOf(ticket: number): AbortController {
    const known = this.#steps.get(ticket) ?? new AbortController();
    this.#steps.set(ticket, known);
    return known;
  }
}
