import type { SinkholeState } from './lab-state.js';

/** What a lab has counted so far of what it carries, and how its selectors choose now. */
export interface Traffic {
  /** On the agent's clock. */
  readonly atMs: number;
  /** Datagrams and connections that came to the hosts of instances. */
  readonly instances: readonly { readonly node: string; readonly requests: number }[];
  readonly choices: readonly ChoiceState[];
  readonly sinkholes: readonly SinkholeState[];
  /** Datagrams that floods have sent, or connections that they have opened. */
  readonly floods: readonly { readonly node: string; readonly sent: number }[];
}

/** A router that chooses among instances itself. */
export interface ChoiceState {
  readonly router: string;
  readonly service: string;
  readonly address: string;
  readonly by: string;
  readonly among: readonly string[];
  /** By load: the weight of each of them. */
  readonly weights?: readonly number[] | undefined;
}
