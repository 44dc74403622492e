import { LabError, toLabError } from '../../errors.js';
import { networkOfPlan } from '../../picture/network.js';
import { playStep } from '../../view/actions.js';
import { Live } from '../../view/live.js';
import { labAt } from '../../view/moments.js';
import { withLab } from '../labs.js';
import { faultSettings } from '../options/fault-flags.js';
import type { Run } from '../run.js';
import { watchScreen } from './watch-screen.js';

/** The terminal's second screen, without a cursor; and back. */
const ENTER = '\u001B[?1049h\u001B[?25l';
const LEAVE = '\u001B[?25h\u001B[?1049l';
const HOME = '\u001B[H';
/** What an earlier screen has left in a line, and below the last one. */
const [REST_OF_LINE, REST_OF_SCREEN] = ['\u001B[K', '\u001B[J'];
const DRAW_EVERY_MS = 100;
const KEYS = 'f: fail   r: restore   q: quit';

/** What is typed on the last line. */
interface Typed {
  readonly action: 'fail' | 'restore';
  readonly text: string;
}

/** Shows a lab in the terminal, live, until q or Ctrl-C, which is how it ends: the exit status is 0. */
export async function watchVerb({ signal }: Run, name: string | undefined): Promise<number> {
  const { stdin, stdout } = process;
  if (!stdout.isTTY || !stdin.isTTY)
    throw new LabError('USAGE', 'watch needs a terminal', { hint: 'nearcast events shows the same as lines' });
  return withLab(name, async (lab) => {
    const plan = await lab.plan();
    const network = networkOfPlan(plan);
    const ended = new AbortController();
    let said = KEYS;
    let typed: Typed | undefined;
    let isDue = true;
    await using live = await Live.start(lab, plan, () => {
      said = `${lab.name} is gone   q: quit`;
      isDue = true;
    });
    live.listen(() => {
      isDue = true;
    });
    const draw = (): void => {
      if (!isDue || stdout.writableNeedDrain) return;
      isDue = false;
      const prompt = typed === undefined ? said : `${typed.action} ${typed.text}_   Enter: do it   Esc: do not`;
      const { columns, rows } = stdout;
      const title = `${lab.name}${plan.title === undefined ? '' : `: ${plan.title}`}`;
      const lines = watchScreen({ title, network, log: live.moments, columns, rows, prompt });
      stdout.write(`${HOME}${lines.map((line) => `${REST_OF_LINE}${line}`).join('\r\n')}${REST_OF_SCREEN}`);
    };
    const play = async ({ action, text }: Typed): Promise<void> => {
      said = `${action} ${text}: under way`;
      try {
        await playStep(lab, live, { action, target: text.trim() }, faultSettings);
        said = KEYS;
      } catch (error) {
        said = `${toLabError(error).message}   ${KEYS}`;
      }
      isDue = true;
    };
    const hear = (key: string): void => {
      isDue = true;
      if (key === '\u0003' || (typed === undefined && key === 'q')) ended.abort();
      else if (typed === undefined) {
        if (key === 'f') typed = { action: 'fail', text: '' };
        if (key === 'r') typed = { action: 'restore', text: labAt(live.moments, Infinity).faults.at(-1)?.target ?? '' };
      } else if (key === '\u001B') typed = undefined;
      else if (key === '\r' || key === '\n') {
        void play(typed);
        typed = undefined;
      } else if (key === '\u007F') typed = { ...typed, text: typed.text.slice(0, -1) };
      else if (key >= ' ') typed = { ...typed, text: typed.text + key };
    };
    const onData = (keys: Buffer): void => {
      // A sequence, such as that of an arrow, is no key of ours.
      const text = keys.toString();
      if (text.length > 1 && text.startsWith('\u001B')) return;
      for (const key of text) hear(key);
    };
    stdout.write(ENTER);
    stdin.setRawMode(true);
    stdin.on('data', onData);
    const resized = (): void => {
      isDue = true;
    };
    stdout.on('resize', resized);
    const drawing = setInterval(draw, DRAW_EVERY_MS);
    try {
      const end = AbortSignal.any([signal, ended.signal]);
      await new Promise<void>((resolve) => {
        if (end.aborted) resolve();
        end.addEventListener('abort', () => {
          resolve();
        });
      });
      return 0;
    } finally {
      clearInterval(drawing);
      stdin.off('data', onData);
      stdout.off('resize', resized);
      stdin.setRawMode(false);
      stdin.pause();
      stdout.write(LEAVE);
    }
  });
}
