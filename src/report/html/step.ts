import type { Verdict } from '../../assert/verdict.js';
import type { TestedStep } from '../../scenario/step-report.js';
import { faultSentence } from '../step-text.js';
import { sightingsTable } from './answers-table.js';
import type { InstanceColours } from '../../picture/colours.js';
import { html, nothing, type Content, type Markup } from '../../picture/markup.js';
import { noiseLine } from './noise-line.js';
import { replayButton } from './replay.js';
import { summaryOf, timeline } from './timeline.js';
import { sign, verdictList } from './verdicts.js';

/** One step: what was done, who answered when, and what of it was expected and did not hold. */
export function stepSection(
  { title, report, verdicts, capture }: TestedStep,
  nth: number,
  colours: InstanceColours,
  id: string,
  recording?: number,
): Markup {
  const troubled = verdicts.filter(({ verdict }) => verdict !== 'pass');
  return html`<section class="step" id="${id}"><h3><span class="number">${nth + 1}</span>
      ${title}${tallySigns(verdicts)}${replayButton(recording, nth)}</h3>
${
  report.kind === 'look'
    ? sightingsTable(report, colours)
    : html`<p class="summary">${[sentence(report), ...summaryOf(report)]
        .filter((part) => part !== '')
        .map((part, place) => html`${place === 0 ? '' : ' \u00B7 '}<span>${part}</span>`)}</p>
${
  report.settled || report.pending.length === 0
    ? nothing
    : html`<p class="pending">Still missing: ${report.pending.slice(0, 5).join('; ')}
        ${report.pending.length > 5 ? `; and ${String(report.pending.length - 5)} more` : ''}</p>`
}
${timeline(report, colours, id)}`
}
${verdictList(troubled)}
${capture === undefined ? nothing : html`<p class="quiet">Packets: <code>${capture}</code></p>`}
${report.kind === 'look' ? nothing : noiseLine(report.noise, report.resolutionMs)}
</section>
`;
}

function sentence({
  action,
  target,
  how,
}: {
  readonly action: 'fail' | 'restore' | 'together';
  readonly target: string;
  readonly how: Parameters<typeof faultSentence>[0]['how'];
}): string {
  return action === 'together' ? '' : faultSentence({ action, target, how });
}

/** How many of a step's expectations passed, failed or were inconclusive, in signs. */
export function tallySigns(verdicts: readonly Verdict[]): Content {
  const kinds = [
    ['pass', 'passed'],
    ['fail', 'failed'],
    ['inconclusive', 'inconclusive'],
  ] as const;
  return html`<span class="signs">${kinds.map(([kind, word]) => {
    const count = verdicts.filter(({ verdict }) => verdict === kind).length;
    return count === 0
      ? nothing
      : html`<span class="count" title="${`${String(count)} ${word}`}">${sign(kind)}${count}
          <span class="aside"> ${word}</span></span>`;
  })}</span>`;
}
