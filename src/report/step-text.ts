import colors from 'picocolors';
import type { ObservedChange } from '../protocol/observations.js';
import type { OutagePhases } from '../protocol/timeline.js';
import type { ChangeReport } from '../scenario/step-report.js';
import { entryOf, type FaultKind } from '../topology/model/fault.js';
import { answerCountsText, instanceText } from './answers-text.js';
import { listWords } from '../support/suggest.js';
import { hasSeveralServices, milliseconds, plural } from './format.js';

type Step = Pick<
  ChangeReport,
  | 'connections'
  | 'moved'
  | 'action'
  | 'target'
  | 'how'
  | 'changes'
  | 'settled'
  | 'settleMs'
  | 'resolutionMs'
  | 'pending'
>;

/** A repair without a known kind is shown as `is restored`; a machine whose nodes others have taken over stays away. */
export function stepHeading(
  step: { action: Step['action']; target: string; how: FaultKind | undefined } & Pick<Step, 'moved'>,
): string {
  const { action, target, how, moved = [] } = step;
  const staysAway = moved.some(({ name }) => `machine@${name}` !== target);
  const words = staysAway ? 'stays away' : faultWords(step);
  return `${action === 'fail' ? brokenSign(how) : colors.green('✓')} ${colors.bold(target)} ${words}`;
}

/** The sign of what is broken, or under maintenance. */
export function brokenSign(how: FaultKind | undefined): string {
  return how !== undefined && entryOf(how).isMaintenance === true ? colors.yellow('–') : colors.red('✗');
}

/** What a fault or a repair is, without colours: `server-a loses power`. */
export function faultSentence(step: { action: Step['action']; target: string; how: FaultKind | undefined }): string {
  return `${step.target} ${faultWords(step)}`;
}

function faultWords({ action, how }: { action: Step['action']; how: FaultKind | undefined }): string {
  if (action === 'fail') return how === undefined ? 'fails' : entryOf(how).fails;
  return how === undefined ? 'is restored' : entryOf(how).restored;
}

/** What each client saw of a step: one line each for those it touched, one for all the others. */
export function stepText(step: Step): string {
  const touched = step.changes.filter((change) => change.before !== change.after || change.lost > 0);
  const hasServices = hasSeveralServices(step.changes);
  const untouched = step.changes.reduce(
    (sum, change) =>
      sum + (change.flows === undefined ? Number(!touched.includes(change)) : change.flows.probed - change.flows.felt),
    0,
  );
  const lines = [
    ...(step.moved ?? []).map(({ name, nodes }) => `  ${name} has taken over ${listWords(nodes)}`),
    ...touched.map((change) => `  ${changeText(change, { settled: step.settled, hasServices })}`),
  ];
  const worst = touched
    .filter(({ phases }) => phases !== null)
    .sort((a, b) => (b.outageMs ?? 0) - (a.outageMs ?? 0))[0];
  if (worst !== undefined && worst.phases !== null) lines.push(colors.dim(`  ${phasesText(worst.phases)}`));
  if (untouched > 0) lines.push(`  ${plural(untouched, 'flow')} noticed nothing`);
  if (step.connections !== undefined)
    lines.push(`  ${String(step.connections.broken)} of ${plural(step.connections.open, 'TCP connection')} broke`);
  if (step.changes.length === 0) lines.push('  no client asks for a service in this lab');
  if (!step.settled) {
    lines.push(
      `  ${colors.yellow('not settled')} after ${milliseconds(step.settleMs)}: ${step.pending.slice(0, 3).join('; ')}`,
    );
  }
  lines.push(
    colors.dim(
      `  (never more than ${milliseconds(step.resolutionMs)} between two probes of a flow: an outage shorter than that may go unseen)`,
    ),
  );
  return lines.join('\n');
}

function changeText(
  change: ObservedChange,
  { settled, hasServices }: { readonly settled: boolean; readonly hasServices: boolean },
): string {
  const { client, service, address, before, after, flows, lost, sent, fates, wrong } = change;
  const [was, is] =
    flows === undefined
      ? [instanceText(before), instanceText(after)]
      : [answerCountsText(flows.before), answerCountsText(flows.after)];
  const who = was === is ? `still ${is}` : `${was} -> ${is}`;
  const share =
    flows === undefined ? '' : `; the worst of ${plural(flows.probed, 'flow')}, ${String(flows.felt)} affected`;
  const flow = [client, ...(hasServices ? [service] : []), address].join('  ');
  return `${flow}  ${who}: ${outageText(change, settled)}, ${String(lost)} of ${plural(sent, 'probe')} lost${fatesText(fates, wrong)}${share}`;
}

/** Where the time went until the worst flow had a good answer again. */
function phasesText({ detectionMs, propagationMs, installationMs, answerMs }: OutagePhases): string {
  return `noticed after ${milliseconds(detectionMs)}, first route changed ${milliseconds(propagationMs)} later, last one ${milliseconds(installationMs)}, good answer ${milliseconds(answerMs)}`;
}

/** What became of lost probes, where it was not silence. */
function fatesText({ loop = 0, refused = 0, unreachable = 0 }: ObservedChange['fates'], wrong: number): string {
  const told = [
    [loop, 'in a loop'],
    [refused, 'refused'],
    [unreachable, 'unreachable'],
    [wrong, 'answered by others'],
  ].filter(([count]) => count !== 0);
  return told.length === 0 ? '' : ` (${told.map(([count, word]) => `${String(count)} ${String(word)}`).join(', ')})`;
}

function outageText({ outageMs, lost, before }: ObservedChange, settled: boolean): string {
  if (outageMs === null) return settled ? 'no answer' : 'no answer yet';
  if (lost === 0) return 'no outage';
  return before === null
    ? `answered again after ${milliseconds(outageMs)}`
    : `${colors.bold(milliseconds(outageMs))} of outage`;
}
