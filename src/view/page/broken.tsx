import type { JSX } from 'preact';
import type { FaultMark } from '../../picture/broken.js';
import type { Change } from './state/model.js';
import { useModel } from './state/use-model.js';

/** What is broken at the moment that is shown, to be restored. */
export function Broken(): JSX.Element | null {
  const model = useModel();
  const { faults } = model.lab;
  const { opening } = model;
  if (faults.length === 0) return null;
  const parts = [
    ['Broken', faults.filter(({ isMaintenance, cause }) => isMaintenance !== true && cause === undefined)],
    ['Against the attack', faults.filter(({ cause }) => cause !== undefined)],
    ['Maintenance', faults.filter(({ isMaintenance }) => isMaintenance === true)],
  ] as const;
  const canRestore = opening?.readOnly === false && model.cursorMs === null && model.connection === 'live';
  const restore = (target: string, how: string): Change => ({ action: 'restore', target, how });
  const restoreAll = async (marks: readonly FaultMark[]): Promise<void> => {
    for (const { target, how } of marks) await model.make(restore(target, how));
  };
  return (
    <>
      {parts.map(([title, marks]) =>
        marks.length === 0 ? null : (
          <section key={title} aria-label={title.toLowerCase()}>
            <h2>
              {title}
              {canRestore && marks.filter(({ cause }) => cause === undefined).length > 1 ? (
                <button type="button" class="small" disabled={model.isBusy} onClick={() => void restoreAll(marks)}>
                  Restore all
                </button>
              ) : null}
            </h2>
            <ul class="list">
              {marks.map(({ target, how, text, label, cause }) => (
                <li key={`${target} ${how}`}>
                  <span>
                    {text}
                    {label === undefined ? null : <span class="quiet"> {label.text}</span>}
                  </span>
                  {canRestore && cause === undefined ? (
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
        ),
      )}
    </>
  );
}
