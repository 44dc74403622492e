import type { JSX } from 'preact';
import type { Change } from './state/model.js';
import { useModel } from './state/use-model.js';

/** What is broken at the moment that is shown, to be restored. */
export function Broken(): JSX.Element | null {
  const model = useModel();
  const { faults } = model.lab;
  const { opening } = model;
  if (faults.length === 0) return null;
  const canRestore = opening?.readOnly === false && model.cursorMs === null && model.connection === 'live';
  const restore = (target: string, how: string): Change => ({ action: 'restore', target, how });
  const restoreAll = async (): Promise<void> => {
    for (const { target, how } of faults) await model.make(restore(target, how));
  };
  return (
    <section aria-label="broken">
      <h2>
        Broken
        {canRestore && faults.length > 1 ? (
          <button type="button" class="small" disabled={model.isBusy} onClick={() => void restoreAll()}>
            Restore all
          </button>
        ) : null}
      </h2>
      <ul class="list">
        {faults.map(({ target, how, text }) => (
          <li key={`${target} ${how}`}>
            <span>{text}</span>
            {canRestore ? (
              <button
                type="button"
                class="small primary"
                disabled={model.isBusy}
                onClick={() => void model.make(restore(target, how))}
              >
                Restore
              </button>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  );
}
