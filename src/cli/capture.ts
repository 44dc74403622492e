import { once } from 'node:events';
import { recordCapture, recordCaptureToFile, type Capture, type Recorded, type RecordOptions } from '../lab/capture.js';
import { LabError } from '../errors.js';
import { durationOf, wholeNumberOf } from './flags.js';
import { withLab } from './labs.js';
import { refuseUnwritable } from './report-files.js';
import { commandWord, type Run } from './run.js';

export interface CaptureFlags {
  readonly lab?: string;
  readonly for?: string;
  readonly output?: string;
  readonly count?: string;
  readonly snap?: string;
}

const STANDARD_OUTPUT = '-';
/** Far more than a capture can hold. */
const MOST_PACKETS = 1_000_000_000;

/** An interruption is how a capture usually ends: the file is complete, and the exit status 0. */
export async function captureVerb({ output, signal }: Run, where: string, flags: CaptureFlags): Promise<number> {
  const forMs = durationOf('for', flags.for);
  const options = {
    packets: wholeNumberOf('count', flags.count, { most: MOST_PACKETS, example: 128 }),
    snapBytes: wholeNumberOf('snap', flags.snap, { most: MOST_PACKETS, example: 128 }),
  };
  const file = flags.output ?? `${where.replace(':', '-')}.pcapng`;
  if (file === STANDARD_OUTPUT) refuseStandardOutput(where, output.json);
  return withLab(flags.lab, async (lab) => {
    await using capture = await lab.capture(where, options);
    if (file !== STANDARD_OUTPUT) await refuseUnwritable(file, 'output');
    const until = forMs === undefined && options.packets === undefined ? ' until Ctrl-C' : '';
    // Standard output may be the file, or the document of --json.
    output.warn(`capturing ${capture.interfaces.join(', ')} of ${lab.name} into ${nameOf(file)}${until}`);
    const { packets, dropped } = await record(capture, file, { forMs, signal });
    output.document({ lab: lab.name, file, packets, dropped });
    output.warn(`${counted(packets)} in ${nameOf(file)}, ${String(dropped)} dropped`);
    return 0;
  });
}

async function record(capture: Capture, file: string, options: RecordOptions): Promise<Recorded> {
  if (file !== STANDARD_OUTPUT) return recordCaptureToFile(capture, file, options);
  const { stdout } = process;
  const closed = new AbortController();
  // The reader has closed the pipe: that ends a capture as Ctrl-C does.
  stdout.once('error', () => {
    closed.abort();
  });
  const signal = AbortSignal.any([closed.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const write = async (bytes: Buffer): Promise<void> => {
    if (!stdout.write(bytes) && !closed.signal.aborted) await once(stdout, 'drain', { signal: closed.signal });
  };
  return recordCapture(capture, write, { ...options, signal });
}

function nameOf(file: string): string {
  return file === STANDARD_OUTPUT ? 'standard output' : file;
}

function counted(packets: number): string {
  return packets === 1 ? '1 packet' : `${String(packets)} packets`;
}

function refuseStandardOutput(where: string, json: boolean): void {
  if (json)
    throw new LabError('USAGE', 'standard output cannot carry both the capture and the JSON document', {
      hint: 'name a file: --output capture.pcapng',
    });
  if (commandWord().startsWith('npm ') && process.env['npm_config_loglevel'] !== 'silent') {
    throw new LabError(
      'USAGE',
      'npm writes the command that it runs to standard output, which would corrupt the capture',
      {
        hint: `nearcast capture ${where} --output -`,
      },
    );
  }
  if (process.stdout.isTTY) {
    throw new LabError('USAGE', 'a capture cannot be written to a terminal', {
      hint: 'name a file, or pipe the capture: --output - | wireshark -k -i -',
    });
  }
}
