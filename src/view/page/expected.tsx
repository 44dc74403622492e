import type { JSX } from 'preact';
import { useModel } from './state/use-model.js';

const signs = { pass: '✓', fail: '✗', inconclusive: '?' } as const;
const words = { pass: 'held', fail: 'failed', inconclusive: 'inconclusive' } as const;

/** Of a recording: what was expected of the step that is looked at. */
export function Expected(): JSX.Element | null {
  const { opening, chapter } = useModel();
  const step = opening?.chapters[chapter];
  if (step === undefined || step.verdicts.length === 0) return null;
  return (
    <section aria-label="expected">
      <h2>
        Expected of step {String(chapter + 1)} <span class="quiet">{step.title}</span>
      </h2>
      <ul class="expected">
        {step.verdicts.map(({ text, verdict, seen }) => (
          <li key={text} class={verdict}>
            <span class="sign" role="img" aria-label={words[verdict]}>
              {signs[verdict]}
            </span>
            <span>
              {text}
              {seen === undefined ? null : <span class="quiet"> saw {seen}</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
