import type { Engine } from './engine.js';
import type { Owner } from './names.js';

/** An engine, and who of its users one is. */
export interface EngineOfOwner {
  readonly engine: Engine;
  readonly owner: Owner;
}
