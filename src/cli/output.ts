/** Where a verb writes: results on standard output, progress and errors on standard error. */
export interface Output {
  readonly json: boolean;
  /** One line or more of a result for people; nothing with `--json`. */
  print(text: string): void;
  /** The one document of a `--json` run; nothing without. */
  document(value: unknown): void;
  /** A passing remark on how far a long run is. */
  progress(text: string): void;
  /** Wipes the remark away. */
  progressDone(): void;
}

/** The output of one run. On a terminal the progress line is rewritten in place; elsewhere each remark is a line. */
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
    progress(text) {
      if (text === shown) return;
      if (stderr.isTTY) stderr.write(`\r\u001B[K${text.slice(0, stderr.columns - 1)}`);
      else stderr.write(`${text}\n`);
      shown = text;
    },
    progressDone() {
      if (stderr.isTTY && shown !== '') stderr.write('\r\u001B[K');
      shown = '';
    },
  };
}
