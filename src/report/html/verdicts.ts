import { seenWithCauses, type Verdict } from '../../assert/verdict.js';
import { html, nothing, type Content, type Markup } from '../../picture/markup.js';
import { plural } from '../format.js';

/** Passed verdicts beyond that are folded away; what did not pass is always seen. */
const MOST_PASSED = 12;

const words: Readonly<Record<Verdict['verdict'], string>> = {
  pass: 'pass',
  fail: 'fail',
  inconclusive: 'inconclusive',
};
const signs: Readonly<Record<Verdict['verdict'] | 'error', string>> = {
  pass: 'M3 8.5l3.2 3.2L13 4.8',
  fail: 'M4 4l8 8M12 4l-8 8',
  inconclusive: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2C8.3 8.7 8 9.2 8 10M8 12.7h.01',
  error: 'M8 3v6M8 12.5h.01',
};

/** A sign that differs by its shape and not only by its colour. */
export function sign(verdict: keyof typeof signs): Markup {
  return html`<svg class="sign ${verdict}" viewBox="0 0 16 16" aria-hidden="true"><path d="${signs[verdict]}"/></svg>`;
}

/** Each expectation, whether it held, and what was seen if it did not. `linkOf` links to the step with the details. */
export function verdictList(verdicts: readonly Verdict[], linkOf: (verdict: Verdict) => Content = () => null): Markup {
  const passed = verdicts.filter(({ verdict }) => verdict === 'pass');
  const isLong = passed.length > MOST_PASSED;
  const shown = isLong ? verdicts.filter(({ verdict }) => verdict !== 'pass') : verdicts;
  return html`${
    shown.length === 0 ? nothing : html`<ul class="verdicts">${shown.map((verdict) => item(verdict, linkOf))}</ul>`
  }
${
  isLong
    ? html`<details><summary>${sign('pass')} ${passed.length} expectations passed</summary><ul class="verdicts">
        ${passed.map((verdict) => item(verdict, linkOf))}</ul></details>`
    : nothing
}`;
}

function item(verdict: Verdict, linkOf: (verdict: Verdict) => Content): Markup {
  const { text, verdict: came, points } = verdict;
  const worth = points === undefined ? null : `${came === 'pass' ? '' : '0 of '}${plural(points, 'point')}`;
  const seen = seenWithCauses(verdict);
  return html`<li class="${came}">${sign(came)}<span class="word">${words[came]}</span><span class="what">
      ${text}${linkOf(verdict)}${worth === null ? null : html` <span class="worth">${worth}</span>`}${seen === undefined ? null : html`<span class="seen">saw ${seen}</span>`}</span></li>
`;
}
