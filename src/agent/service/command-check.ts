import type { LabNode } from '../node/lab-node.js';
import type { ServerCheck } from './process-server.js';

/** Asks an instance over its host's own loopback, by the command with which clients learn who answers them. */
export class CommandCheck implements ServerCheck {
  constructor(
    readonly host: LabNode,
    readonly argv: readonly string[],
  ) {}

  async answers(timeoutMs: number): Promise<boolean> {
    return (await this.host.firstLineOf(this.argv, timeoutMs)) === this.host.name;
  }

  close(): void {
    // Each check is a command of its own.
  }
}
