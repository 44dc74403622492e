import type { JSX } from 'preact';
import type { ChangeFelt, StepPlayed } from '../moments.js';
import { Chip } from './chip.js';
import { milliseconds } from './state/texts.js';
import { useModel } from './state/use-model.js';

const MOST_STEPS = 3;
const MOST_CHANGES = 10;
/** Below that a step is looked at no closer. */
const SHORTEST_MS = 100;

/** What the last steps came to: the outage of each client, and where the time went. */
export function Steps(): JSX.Element | null {
  const model = useModel();
  const until = model.cursorMs ?? Infinity;
  const steps = model.log.filter((moment): moment is StepPlayed => moment.kind === 'step' && moment.atMs <= until);
  if (steps.length === 0) return null;
  return (
    <section aria-label="what came of it">
      <h2>What came of it</h2>
      {steps
        .slice(-MOST_STEPS)
        .reverse()
        .map((step) => (
          <Result key={step.atMs} step={step} />
        ))}
    </section>
  );
}

function Result({ step }: { readonly step: StepPlayed }): JSX.Element {
  const model = useModel();
  const touched = step.changes.filter(({ before, after, lost }) => before !== after || lost > 0);
  const lengthMs = Math.max(
    SHORTEST_MS,
    ...step.changes.map(({ phases, outageMs }) => (phases === null ? 0 : (outageMs ?? 0))),
  );
  return (
    <div class="step-result">
      <h3>
        {step.command}{' '}
        <button
          type="button"
          class="small"
          onClick={() => {
            model.lookAt(step.atMs, lengthMs);
          }}
        >
          Look at it
        </button>
      </h3>
      {touched.length === 0 ? <p class="none">No client noticed.</p> : null}
      <ul>
        {touched.slice(0, MOST_CHANGES).map((change) => (
          <Felt key={`${change.client} ${change.address}`} change={change} />
        ))}
      </ul>
      {touched.length > MOST_CHANGES ? <p class="quiet">and {String(touched.length - MOST_CHANGES)} more</p> : null}
      <p class="quiet">
        {step.settled ? `settled after ${milliseconds(step.settleMs)}` : `not settled: ${step.pending.join(', ')}`}
      </p>
    </div>
  );
}

function Felt({ change }: { readonly change: ChangeFelt }): JSX.Element {
  const { client, address, before, after, outageMs, lost, sent, phases, isCollateral } = change;
  return (
    <li>
      <b>{client}</b> <span class="address">{address}</span>{' '}
      {before === after ? (
        <Chip instance={after} />
      ) : (
        <>
          <Chip instance={before} /> → <Chip instance={after} />
        </>
      )}
      {': '}
      {outageMs === null ? (
        <span class="outage">no answer</span>
      ) : outageMs === 0 ? (
        <span class="none">no outage</span>
      ) : (
        <span class="outage">{milliseconds(outageMs)} of outage</span>
      )}
      <span class="quiet">
        , {String(lost)} of {String(sent)} lost{isCollateral ? ', moved without need' : ''}
      </span>
      {phases === null ? null : <Phases phases={phases} />}
    </li>
  );
}

function Phases({ phases }: { readonly phases: NonNullable<ChangeFelt['phases']> }): JSX.Element {
  const parts = [
    ['detection', phases.detectionMs],
    ['propagation', phases.propagationMs],
    ['installation', phases.installationMs],
    ['answer', phases.answerMs],
  ] as const;
  const all = parts.reduce((sum, [, ms]) => sum + ms, 0);
  let x = 0;
  return (
    <>
      <svg class="phases" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        {parts.map(([name, ms]) => {
          const width = all === 0 ? 0 : (ms / all) * 100;
          const part = <rect key={name} class={name} x={x} y={0} width={width} height={8} />;
          x += width;
          return part;
        })}
      </svg>
      <span class="address">{parts.map(([name, ms]) => `${name} ${milliseconds(ms)}`).join(' · ')}</span>
    </>
  );
}
