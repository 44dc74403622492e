import { columns } from '../report/format.js';
import { frrOfEnvironment } from '../runtime/registry.js';
import { ensureVersions } from '../setup/frr.js';
import { describeCopyProgress } from '../setup/progress.js';
import { frrChoicesOf, type VersionsFlags } from './flags.js';
import type { Run } from './run.js';

/** Obtains versions of FRRouting ahead of time, so that labs start without a network connection. */
export async function setupVerb({ output, signal }: Run, { frr }: VersionsFlags): Promise<number> {
  const choices = frrChoicesOf(frr) ?? [frrOfEnvironment()];
  const found = await ensureVersions(choices, {
    signal,
    onProgress(progress) {
      const text = describeCopyProgress(progress);
      output.progress(text, text);
    },
  });
  output.progressDone();
  const ready = found.map(({ version = null, daemonsDir }, nth) => ({
    choice: choices[nth] ?? 'default',
    version,
    folder: daemonsDir,
  }));
  output.document({ frr: ready });
  output.print(
    columns(
      ['FRROUTING', 'VERSION', 'DAEMONS'],
      ready.map(({ choice, version, folder }) => [choice, version ?? '', folder]),
      output.width,
    ),
  );
  return 0;
}
