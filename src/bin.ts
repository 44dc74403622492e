import { main } from './cli/main.js';
import { endStatus, outliveReaders } from './cli/output.js';

/** Of `start/`, which runs this. */
declare const keepCode: (verb: string) => void;

const words = process.argv.slice(2);
const whyUntold = outliveReaders();
// Should the process end before its verb does, nobody takes it for one that succeeded.
process.exitCode = 3;
void main(words)
  .then((status) => endStatus(status, whyUntold))
  .then((status) => {
    process.exitCode = status;
    if (status === 0) keepCode(words[0] ?? '');
  });
