import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { LabError } from '../../errors.js';
import { readText } from '../../support/read-text.js';
import type { LabNode } from './lab-node.js';
import { missingDevices } from './missing-devices.js';
import { runEntered } from './run-entered.js';

/** A start-up command prepares a node; it is not the node's server. */
const START_COMMAND_DEADLINE_MS = 30_000;

/**
 * Runs a start-up command of the user: what it prints goes to the node's `exec.log`, so that a server it leaves
 * running may go on writing there. LabError START_COMMAND_FAILED where it fails, or has not ended at the deadline.
 */
export async function runStartCommand(node: LabNode, argv: readonly string[]): Promise<void> {
  const logFile = join(node.processes.logFolder, 'exec.log');
  const log = openSync(logFile, 'a');
  const ending = runEntered(node, argv, { stdio: ['ignore', log, log], timeoutMs: START_COMMAND_DEADLINE_MS });
  closeSync(log);
  const { status, signal, isLate } = await ending;
  if (status === 0) return;
  const how = status === null ? `was ended by ${signal ?? 'a signal'}` : `failed with status ${String(status)}`;
  throw new LabError(
    'START_COMMAND_FAILED',
    isLate
      ? `start-up command of ${node.name} did not end within ${String(START_COMMAND_DEADLINE_MS / 1000)} s: ${argv.join(' ')}`
      : `start-up command of ${node.name} ${how}: ${argv.join(' ')}`,
    {
      hint: isLate
        ? 'a long-running program belongs in "run": run: {my-server: [my-server]}'
        : whyIn(argv.join(' '), readText(logFile).slice(-2000).trim()),
    },
  );
}

/** What a command has said of its failure, and what is missing where its own words name nothing. */
function whyIn(command: string, printed: string): string {
  const missing = missingDevices(command, printed);
  return [printed || 'it printed nothing', ...(missing === undefined ? [] : [missing])].join('\n');
}
