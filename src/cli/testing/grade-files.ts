import { createPrivateKey, sign, type KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError, toLabError } from '../../errors.js';
import { evidenceText } from '../../report/files/evidence.js';
import { feedbackFiles, gradesPage } from '../../report/html/grades-page.js';
import { htmlReport } from '../../report/html/html.js';
import type { Grading } from '../../scenario/grade.js';
import { refuseUnwritable, reportOrigin, writeReport } from '../report-files.js';

export interface EvidenceFlags {
  readonly evidence?: string;
  readonly key?: string;
}

/** The key that signs the evidence; undefined where none is asked for. Throws USAGE. */
export async function evidenceKey({ evidence, key: path }: EvidenceFlags): Promise<KeyObject | undefined> {
  if (evidence === undefined && path === undefined) return undefined;
  const hint = 'make a key with: openssl genpkey -algorithm ed25519 -out teacher.pem';
  if (evidence === undefined || path === undefined)
    throw new LabError(
      'USAGE',
      `--${evidence === undefined ? 'key' : 'evidence'} needs --${evidence === undefined ? 'evidence <file>' : 'key <file>'}`,
      {
        hint: evidence === undefined ? 'name the file to sign: --evidence grades.json' : hint,
      },
    );
  await Promise.all([refuseUnwritable(evidence, 'evidence'), refuseUnwritable(`${evidence}.sig`, 'evidence')]);
  let key: KeyObject;
  try {
    key = createPrivateKey(await readFile(path));
  } catch (cause) {
    throw new LabError('USAGE', `${path} is not a private key that can be read: ${toLabError(cause).message}`, {
      cause,
      hint,
    });
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new LabError('USAGE', `${path} is a key for ${key.asymmetricKeyType ?? 'something else'}, not for Ed25519`, {
      hint,
    });
  return key;
}

/** Writes the evidence, and beside it its signature as OpenSSL reads it: 64 bytes (RFC 8032). */
export async function writeEvidence(path: string, grading: Grading, key: KeyObject): Promise<void> {
  const { host, versions } = reportOrigin([]);
  const text = evidenceText(grading, { at: new Date().toISOString(), host, versions });
  await writeReport(path, () => text);
  await writeReport(`${path}.sig`, () => sign(null, Buffer.from(text), key));
}

/** Makes the folder of the pages, before anything is graded. Throws USAGE. */
export async function makePagesFolder(folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'index.html'), '', { flag: 'a' });
  } catch (cause) {
    throw new LabError('USAGE', `${folder} is no folder that can be written to: ${toLabError(cause).message}`, {
      cause,
      hint: 'name a folder of your own: --html pages',
    });
  }
}

/** A page for the class, and one for each submission. */
export async function writePages(folder: string, grading: Grading): Promise<void> {
  const files = feedbackFiles(grading.grades);
  await writeReport(join(folder, 'index.html'), () => gradesPage(grading, files));
  for (const [nth, { submission, report, points: reached, outOf }] of grading.grades.entries()) {
    const origin = { ...reportOrigin([submission]), points: { reached, outOf } };
    await writeReport(join(folder, files[nth] ?? ''), () => htmlReport([report], origin));
  }
}
