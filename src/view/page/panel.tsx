import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { BreakForm } from './break-form.js';
import { Broken } from './broken.js';
import { CaptureLink } from './capture.js';
import { Events } from './time/events.js';
import { Expected } from './expected.js';
import { InsideNode } from './inside-node.js';
import { NeighborList } from './neighbor-list.js';
import { Steps } from './steps.js';
import { Traffic } from './traffic.js';
import { targetsAt } from './state/targets.js';
import { useModel } from './state/use-model.js';
import { Who } from './who.js';

/** Beside the picture: what is chosen, what is broken, who answers, what happened. */
export function Panel(): JSX.Element {
  const model = useModel();
  const { opening, selection } = model;
  const panel = useRef<HTMLElement>(null);
  const key = JSON.stringify(selection);
  // What is chosen stands at its top, and where the panel is below the picture, it is brought to view.
  useEffect(() => {
    if (selection === undefined || panel.current === null) return;
    panel.current.scrollTo({ top: 0 });
    if (isBelow(panel.current)) bringToView(panel.current);
  }, [key]);
  if (opening === undefined) return <aside class="panel" />;
  const choices = targetsAt(selection, opening);
  const name = selection?.kind === 'node' ? selection.name : undefined;
  const link = selection?.kind === 'link' ? opening.links[selection.nth]?.id : undefined;
  const chosenLink = selection?.kind === 'link' ? opening.layout.links[selection.nth] : undefined;
  const mayTouch = opening.kind === 'lab' && !opening.readOnly;
  return (
    <aside class="panel" aria-label="details" ref={panel}>
      {selection === undefined ? (
        <section>
          <p class="quiet">
            {opening.readOnly
              ? 'Click a node or a link to look at it.'
              : 'Click a node or a link to look at it, or to break it.'}
          </p>
        </section>
      ) : (
        <section>
          <h2>
            {name ?? link}
            <button
              type="button"
              class="small"
              onClick={() => {
                model.set({ selection: undefined, foretold: undefined, trouble: undefined });
                bringToView(panel.current?.parentElement);
              }}
            >
              Close
            </button>
          </h2>
          {name === undefined ? (
            <p class="quiet">
              cost {String(chosenLink?.cost)}
              {chosenLink?.impairment === undefined ? null : `, ${chosenLink.impairment}`}
            </p>
          ) : (
            <details>
              <summary>addresses</summary>
              <ul>
                {opening.nodes[name]?.addresses.map((address) => (
                  <li key={address} class="mono quiet">
                    {address}
                  </li>
                ))}
              </ul>
            </details>
          )}
          {opening.kind === 'file' ? null : <NeighborList />}
          {name !== undefined && opening.kind === 'lab' ? <InsideNode key={name} name={name} /> : null}
          {selection.kind === 'link' && mayTouch ? (
            <CaptureLink key={link} ends={opening.links[selection.nth]?.ends ?? []} />
          ) : null}
        </section>
      )}
      <Expected />
      <BreakForm key={key} choices={choices} />
      <Broken />
      <Steps />
      <Traffic />
      <Who />
      {opening.kind === 'file' ? null : <Events />}
    </aside>
  );
}

/** Whether somebody who looks at the picture would not see it. */
function isBelow(panel: HTMLElement): boolean {
  return panel.getBoundingClientRect().top > innerHeight / 2;
}

function bringToView(element: HTMLElement | null | undefined): void {
  const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  element?.scrollIntoView({ block: 'start', behavior: isCalm ? 'instant' : 'smooth' });
}
