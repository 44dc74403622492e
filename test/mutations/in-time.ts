import { setTimeout as delay } from 'node:timers/promises';
import { playScenario, type Lab } from '../../src/index.js';
import type { ChangeReport } from '../../src/scenario/step-report.js';
import { processesOf } from '../support/host.js';
import { GAP_SEEN, MODE } from './in-servers.js';
import { topologyWith, type Outcome } from './judge-lab.js';
import { inShell } from './model.js';

/** Not so long that the lab counts as stopped. */
const STOPPED_MS = 900;
const STOPS = 3;
const BETWEEN_STOPS_MS = 50;
const GAPS_MS = [5, 20, 100] as const;
/** What a datagram, and the clock of the server, may add. */
const BESIDES_MS = 2;

/** A network in which a silent link is noticed after a second. */
export const timedNetwork = `
name: mutated-time
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, server-a]
  - [router2, server-b]
anycast:
  service: {addresses: [192.0.2.53], instances: [server-a, server-b]}
expect: {client1: server-a}
`;

/** Pitfall 19: a bound that the machine breaks, not the network, is inconclusive, and says so. */
export async function judgeBusyMachine(lab: Lab, stateFolder: string): Promise<Outcome> {
  const steps = [
    '- {fail: router1/server-a, how: silence, expect: {client1: server-b, within: 20s, outage: 1200ms}}',
    '- {restore: router1/server-a}',
  ];
  const topology = topologyWith(timedNetwork, steps);
  const subscription = await lab.subscribe({ signal: AbortSignal.timeout(60_000) });
  const [{ verdicts }] = await Promise.all([
    playScenario(lab, topology),
    (async () => {
      for await (const event of subscription) if (event.kind === 'fault') break;
      const agents = processesOf(stateFolder).filter(({ command }) => /\bagent\.js\b/.test(command));
      for (let stop = 0; stop < STOPS; stop++) {
        for (const { pid } of agents) signal(pid, 'SIGSTOP');
        await delay(STOPPED_MS);
        for (const { pid } of agents) signal(pid, 'SIGCONT');
        await delay(BETWEEN_STOPS_MS);
      }
    })(),
  ]);
  const sound = await playScenario(lab, topology);
  const said = verdicts
    .filter(({ verdict }) => verdict !== 'pass')
    .map(({ text, seen = '' }) => `${text}: saw ${seen}`);
  return {
    pitfall: 19,
    what: 'a time that a stopped machine has made longer',
    isRed:
      verdicts.some(({ verdict }) => verdict === 'inconclusive') && verdicts.every(({ verdict }) => verdict !== 'fail'),
    isNamed: said.some((each) => /outage.*of which the machine may have caused up to/.test(each)),
    isControlled: sound.verdicts.every(({ verdict }) => verdict !== 'fail'),
    said: said.join('\n'),
  };
}

/** Pitfall 25: what a server itself loses, for a known time, is reported as that time. */
export async function judgeKnownGaps(lab: Lab, text: string): Promise<Outcome> {
  const steps = [
    '- {fail: service@server-b, how: withdraw, expect: {client1: server-a, stable: 1s}}',
    '- {restore: service@server-b}',
  ];
  const topology = topologyWith(text, steps);
  const seen: { readonly wrong: boolean; readonly lost: number; readonly said: string }[] = [];
  for (const gapMs of [0, ...GAPS_MS]) {
    await inShell(lab, 'server-a', `rm -f ${GAP_SEEN}`);
    const subscription = await lab.subscribe({ signal: AbortSignal.timeout(60_000) });
    const [{ steps: played }] = await Promise.all([
      playScenario(lab, topology),
      (async () => {
        for await (const event of subscription) if (event.kind === 'fault') break;
        if (gapMs > 0) await inShell(lab, 'server-a', `echo gap ${String(gapMs)} > ${MODE}`);
      })(),
    ]);
    const report = played[0]?.report as ChangeReport;
    const change = report.changes.find(({ client }) => client === 'client1');
    const outageMs = change?.outageMs ?? NaN;
    const shownMs = gapMs === 0 ? 0 : Number(await inShell(lab, 'server-a', `cat ${GAP_SEEN}`)) / 1000;
    const intervalMs = change?.maxSendGapMs ?? NaN;
    seen.push({
      wrong: !(Math.abs(outageMs - shownMs) <= intervalMs + BESIDES_MS),
      lost: change?.lost ?? 0,
      said: `${gapMs.toString()} ms: the server was silent for ${shownMs.toFixed(1)} ms, and the report has ${outageMs.toFixed(1)} ms, with up to ${intervalMs.toFixed(1)} ms between two probes`,
    });
  }
  const [none, ...gaps] = seen;
  return {
    pitfall: 25,
    what: `a loss of known length: ${GAPS_MS.join(', ')} ms`,
    isRed: gaps.every(({ lost }) => lost > 0),
    isNamed: gaps.every(({ wrong }) => !wrong),
    isControlled: none?.lost === 0,
    said: seen.map(({ said }) => said).join('\n'),
  };
}

/** A helper of the agent may have ended meanwhile. */
function signal(pid: number, word: 'SIGSTOP' | 'SIGCONT'): void {
  try {
    process.kill(pid, word);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
