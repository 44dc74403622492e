import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { LabError, toLabError } from '../errors.js';
import { recordingsId, recordingsType, type Replay } from '../report/html/replay.js';
import type { TestReport } from '../scenario/test-report.js';
import { packageRoot } from '../support/package-root.js';
import type { Opening } from './opening.js';
import { recordingOf, type Played } from './recording.js';

/** What a report may unfold to when it is read. */
const MOST_BYTES = 512 * 1024 * 1024;

export interface Tested {
  /** Undefined for a file that is wrong. */
  readonly played: Played | undefined;
  readonly report: TestReport;
}

/** Tests that were recorded, as a view shows them. */
export interface Recorded {
  readonly kind: 'recording';
  /** Of its file. */
  readonly name: string;
  readonly recordings: readonly Opening[];
}

/** All that a report needs to replay its tests: the script, and what it is told. */
export async function replayOf(tests: readonly Tested[]): Promise<Replay> {
  const built = await readFile(join(packageRoot(), 'dist', 'view-replay.js'), 'utf8');
  // A map of the script lies beside the built file, not beside a report.
  const script = built.replace(/\n\/\/# sourceMappingURL=\S+\s*$/, '\n');
  const recordings = tests.map(({ played, report }) =>
    played === undefined ? undefined : recordingOf(played, report),
  );
  const recorded = recordings.filter((each) => each !== undefined);
  return {
    script,
    hash: `sha256-${createHash('sha256').update(script).digest('base64')}`,
    recordings: packed(recorded),
    numbers: recordings.map((each) => (each === undefined ? undefined : recorded.indexOf(each))),
  };
}

/** As a page unpacks it by itself, and without a character that means something in HTML. */
function packed(recordings: readonly Opening[]): string {
  return gzipSync(JSON.stringify(recordings), { level: 9 }).toString('base64');
}

/** The recordings in an HTML report. LabError USAGE where the file has none, or cannot be read. */
export async function recordedIn(file: string): Promise<Recorded> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new LabError('USAGE', `${file} cannot be read: ${toLabError(cause).message}`, {
      cause,
      hint: 'nearcast test figure3 --html report.html writes a report with a recording',
    });
  }
  const [, content] =
    new RegExp(`<script type="${recordingsType}" id="${recordingsId}">([A-Za-z0-9+/=]*)<`).exec(text) ?? [];
  const recordings = content === undefined ? [] : unpacked(file, content);
  if (recordings.length === 0)
    throw new LabError('USAGE', `${file} has no recording of a test`, {
      hint: 'write the report again: nearcast test figure3 --html report.html',
    });
  return { kind: 'recording', name: basename(file), recordings };
}

function unpacked(file: string, content: string): readonly Opening[] {
  try {
    const json = gunzipSync(Buffer.from(content, 'base64'), { maxOutputLength: MOST_BYTES }).toString();
    return JSON.parse(json) as readonly Opening[];
  } catch (cause) {
    throw new LabError('USAGE', `the recording in ${file} cannot be read: ${toLabError(cause).message}`, {
      cause,
      hint: 'the file is not whole: copy it again, or write the report again',
    });
  }
}
