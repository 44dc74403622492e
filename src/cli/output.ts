/** Where a verb writes: results on standard output, progress and errors on standard error. */
export interface Output {
  readonly json: boolean;
  /** One line or more of a result for people; nothing with `--json`. */
  print(text: string): void;
  /** The one document of a `--json` run; nothing without. */
  document(value: unknown): void;
  /** A passing remark on how far a long run is; the first of each `topic` also where there is no terminal. */
  progress(topic: string, text: string): void;
  /** Wipes the remark away. */
  progressDone(): void;
}

/** The output of one run. On a terminal the progress line is rewritten in place. */
export function createOutput(json: boolean): Output {
  const { stdout, stderr } = process;
  let shown = '';
  return {
    json,
    print(text) {
      if (!json) stdout.write(`${text}\n`);
    },
    document(value) {
      if (json) stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
    },
    progress(topic, text) {
      if (stderr.isTTY) stderr.write(`\r\u001B[K${text.slice(0, (stderr.columns || 80) - 1)}`);
      else if (topic !== shown) stderr.write(`${text}\n`);
      shown = topic;
    },
    progressDone() {
      if (stderr.isTTY && shown !== '') stderr.write('\r\u001B[K');
      shown = '';
    },
  };
}

/** Whoever reads may have enough of it, as in `| head -1`; what was asked for is done all the same. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
