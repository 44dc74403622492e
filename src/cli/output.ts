import colors from 'picocolors';
import { LabError } from '../errors.js';
import { fitted, printableJson, printableReport, shortened } from '../support/printable.js';

/**
 * Where a verb writes: results on standard output, progress and errors on standard error. Every text for people goes
 * out here, so here all that others have chosen (names, titles, labels, answers) loses what a terminal would take for
 * more than text.
 */
export interface Output {
  readonly json: boolean;
  /** Whether somebody watches: standard error is a terminal, and neither `--json` nor CI keeps it quiet. */
  readonly isLive: boolean;
  /** How wide standard output is, if it is a terminal; endless else. */
  readonly width: number;
  /** One line or more of a result for people; nothing with `--json`. On a terminal, lines end between words. */
  print(text: string): void;
  /** The same for what must stay as it is: a file, a command, a drawing. */
  printAsIs(text: string): void;
  /** A remark or an error for people, on standard error; with `--json` too. */
  warn(text: string): void;
  /** The one document of a `--json` run; nothing without. */
  document(value: unknown): void;
  /** One of the documents of a `--json` run that has many: one line each; nothing without. */
  line(value: unknown): void;
  /** A passing remark on how far a long run is; the first of each `topic` also where there is no terminal. */
  progress(topic: string, text: string): void;
  /** Wipes the remark away. */
  progressDone(): void;
}

/** The output of one run. On a terminal the progress line is rewritten in place. */
export function createOutput(json: boolean): Output {
  const { stdout, stderr } = process;
  let shown = '';
  const width = widthOfTerminal(stdout);
  return {
    json,
    isLive: !json && stderr.isTTY && (process.env['CI'] ?? '') === '',
    width,
    print(text) {
      if (!json) stdout.write(`${fitted(forPeople(text), width)}\n`);
    },
    printAsIs(text) {
      if (!json) stdout.write(`${forPeople(text)}\n`);
    },
    warn(text) {
      stderr.write(`${fitted(forPeople(text), widthOfTerminal(stderr))}\n`);
    },
    document(value) {
      if (json) stdout.write(`${printableJson(JSON.stringify(value, undefined, 2))}\n`);
    },
    line(value) {
      if (json) stdout.write(`${printableJson(JSON.stringify(value))}\n`);
    },
    progress(topic, text) {
      if (stderr.isTTY) stderr.write(`\r\u001B[K${shortened(forPeople(text), (stderr.columns || 80) - 1)}`);
      else if (topic !== shown) stderr.write(`${forPeople(text)}\n`);
      shown = topic;
    },
    progressDone() {
      if (stderr.isTTY && shown !== '') stderr.write('\r\u001B[K');
      shown = '';
    },
  };
}

function widthOfTerminal({ isTTY, columns }: Pick<NodeJS.WriteStream, 'isTTY' | 'columns'>): number {
  // A terminal that has not been told its size says 0.
  return (isTTY && columns) || Infinity;
}

function forPeople(text: string): string {
  return printableReport(text, colors.isColorSupported);
}

/**
 * The reader may close the pipe early, as in `| head -1`; the command still does its work. It also does if standard
 * output fails for another reason, such as a full disk, which is reported at the end. The result is that reason.
 */
export function outliveReaders({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'> = process): () =>
  LabError | undefined {
  let refused: Error | undefined;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') refused ??= error;
  });
  // An error of standard error cannot be printed; the exit status shows it.
  stderr.on('error', () => undefined);
  return () =>
    refused === undefined
      ? undefined
      : new LabError('REPORT_UNWRITTEN', `standard output could not be written: ${refused.message}`, {
          cause: refused,
          hint: 'the command has finished, but its output is incomplete: make room, or redirect it elsewhere',
        });
}

/** The exit status of a run: if all went well, but the output could not be written, that counts. */
export async function endStatus(status: number, whyUntold: () => LabError | undefined): Promise<number> {
  // A stream reports its errors a moment after its last write.
  await new Promise(setImmediate);
  const error = whyUntold();
  if (error === undefined) return status;
  process.stderr.write(`${error.message}\n  ${error.hint ?? ''}\n`);
  return status === 0 ? error.exitStatus : status;
}
