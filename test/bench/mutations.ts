import { up, type Lab } from '../../src/index.js';
import { fileMutations } from '../mutations/in-files.js';
import { judgeFailedCommand, judgeSkippedLine } from '../mutations/at-start.js';
import { bgpMutations, weightMutations } from '../mutations/in-bgp.js';
import { ospfMutations } from '../mutations/in-ospf.js';
import { serverMutations } from '../mutations/in-servers.js';
import { judgeBusyMachine, judgeKnownGaps, timedNetwork } from '../mutations/in-time.js';
import { saidOfFile } from '../mutations/judge-file.js';
import { judgeInLab, topologyWith, type Outcome } from '../mutations/judge-lab.js';
import type { FileMutation, MutatedLab } from '../mutations/model.js';
import type { Figure } from './figures.js';
import { recordFigures } from './record.js';

/** How many pitfalls of anycast there are in the list (docs/pitfalls.md). */
const PITFALLS = 25;
const NAME = 'bench-mutations';

/**
 * Puts each pitfall into a file or a lab in which all is well: the harness must fail, say why, and not fail without it. `pitfalls=3,4`
 * has these alone; a whole run is kept as the figure of the README.
 */
export async function mutations(words: readonly string[]): Promise<readonly Figure[]> {
  const only = words
    .find((word) => word.startsWith('pitfalls='))
    ?.slice(9)
    .split(',')
    .map(Number);
  const isAsked = ({ pitfall }: { readonly pitfall: number }): boolean => only?.includes(pitfall) !== false;
  const startedAt = performance.now();
  const outcomes: Outcome[] = [];
  const tell = (outcome: Outcome): void => {
    outcomes.push(outcome);
    process.stdout.write(`${outcomeText(outcome)}\n`);
  };
  for (const mutation of fileMutations.filter(isAsked)) tell(judgeFile(mutation));
  for (const mutated of [ospfMutations, bgpMutations, weightMutations, serverMutations])
    await judgeLab(mutated, isAsked, tell);
  if (isAsked({ pitfall: 19 }))
    tell(await inLab(timedNetwork, (lab) => judgeBusyMachine(lab, process.env['NEARCAST_STATE_DIR'] ?? '')));
  if (isAsked({ pitfall: 21 })) tell(await judgeSkippedLine(NAME));
  if (isAsked({ pitfall: 22 })) tell(await judgeFailedCommand(NAME));
  if (isAsked({ pitfall: 25 }))
    tell(await inLab(serverMutations.text, (lab) => judgeKnownGaps(lab, serverMutations.text)));
  const numbers = [...new Set(outcomes.map(({ pitfall }) => pitfall))];
  const caught = numbers.filter((number) => outcomes.filter(({ pitfall }) => pitfall === number).every(isCaught));
  if (only === undefined) {
    const minutes = Math.round((performance.now() - startedAt) / 6000) / 10;
    recordFigures({ pitfalls: { caught: caught.length, of: PITFALLS, minutes } });
  }
  return [
    {
      what: `pitfalls that end red and are named, of ${String(only === undefined ? PITFALLS : numbers.length)}`,
      unit: '',
      values: [caught.length],
      floor: only === undefined ? PITFALLS : numbers.length,
    },
    {
      what: `mutations of files and labs for them, of ${String(outcomes.length)}`,
      unit: '',
      values: [outcomes.filter(isCaught).length],
      floor: outcomes.length,
    },
  ];
}

function judgeFile({ pitfall, what, sound, mutated, cause }: FileMutation): Outcome {
  const said = saidOfFile(mutated);
  return {
    pitfall,
    what,
    said,
    isRed: said !== '',
    isNamed: cause.test(said),
    isControlled: saidOfFile(sound) === '',
  };
}

async function judgeLab(
  { text, mutations: all }: MutatedLab,
  isAsked: (mutation: { readonly pitfall: number }) => boolean,
  tell: (outcome: Outcome) => void,
): Promise<void> {
  const asked = all.filter(isAsked);
  if (asked.length === 0) return;
  await inLab(text, async (lab) => {
    for (const mutation of asked) tell(await judgeInLab(lab, text, mutation));
  });
}

async function inLab<T>(text: string, work: (lab: Lab) => Promise<T>): Promise<T> {
  const { lab } = await up(topologyWith(text, []), { name: NAME, runtime: 'netns' });
  try {
    return await work(lab);
  } finally {
    await lab.down();
  }
}

function isCaught({ isRed, isNamed, isControlled }: Outcome): boolean {
  return isRed && isNamed && isControlled;
}

function outcomeText(outcome: Outcome): string {
  const { pitfall, what, isRed, isNamed, isControlled, said } = outcome;
  const wrong = [
    ...(isRed ? [] : ['not red']),
    ...(isNamed ? [] : ['not named']),
    ...(isControlled ? [] : ['red without it']),
  ];
  const head = `${isCaught(outcome) ? 'caught' : 'MISSED'}  ${String(pitfall).padStart(2)}  ${what}`;
  return wrong.length === 0 ? head : `${head}: ${wrong.join(', ')}\n${said.replaceAll(/^/gm, '    ')}`;
}
