import { spawn } from 'node:child_process';
import { isLoopback } from '../../view/gate.js';
import { recordedIn } from '../../view/recordings-file.js';
import { ViewServer } from '../../view/server.js';
import { leave, subjectNamed } from '../../view/subject.js';
import { wholeNumberOf } from '../flags.js';
import { typedCommand, type Run } from '../run.js';
import { faultSettings } from '../options/fault-flags.js';

export interface ViewFlags {
  readonly json?: boolean;
  readonly readOnly?: boolean;
  readonly listen?: string;
  readonly port?: string;
  /** False with `--no-open`. */
  readonly open: boolean;
}

const words = { lab: 'view of', file: 'prediction for', recording: 'recording in' } as const;

/** Serves the page until it is interrupted, which is how it ends: the exit status is 0. */
export async function viewVerb({ output, signal }: Run, name: string | undefined, flags: ViewFlags): Promise<number> {
  const { readOnly = false, listen = '127.0.0.1' } = flags;
  const port = wholeNumberOf('port', flags.port ?? '0', { least: 0, most: 65_535, example: 8080 });
  const subject = name !== undefined && /\.html?$/i.test(name) ? await recordedIn(name) : await subjectNamed(name);
  try {
    await using view = await ViewServer.start(subject, {
      readOnly,
      listen,
      port,
      command: typedCommand('--').replace(/ --$/, ''),
      readSettings: (written) => faultSettings(written),
      onEnd() {
        output.warn(`${subject.name} is gone: the page shows what was recorded`);
      },
    });
    output.line({ name: subject.name, kind: subject.kind, url: view.url });
    output.print(`${words[subject.kind]} ${subject.name} until Ctrl-C:\n  ${view.url}`);
    if (!isLoopback(listen))
      output.warn(
        readOnly
          ? `who can reach ${listen} and knows the address above sees this lab`
          : `who can reach ${listen} and knows the address above can break this lab, and open terminals in it as you; with --read-only they only see it`,
      );
    if (flags.open) openBrowser(view.url);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => {
        resolve();
      });
    });
    return 0;
  } finally {
    if (subject.kind !== 'recording') leave(subject);
  }
}

/** Where there is a desktop; where there is none, or no such program, the address is printed all the same. */
function openBrowser(url: string): void {
  const { DISPLAY: display, WAYLAND_DISPLAY: wayland } = process.env;
  if (!process.stdout.isTTY || (display ?? wayland ?? '') === '') return;
  const opened = spawn('xdg-open', [url], { stdio: 'ignore', detached: true });
  opened.on('error', () => undefined);
  opened.unref();
}
