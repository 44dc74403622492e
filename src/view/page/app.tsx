import type { JSX } from 'preact';
import { Announcer } from './announcer.js';
import { Panel } from './panel.js';
import { Stage } from './stage.js';
import { Strip } from './time/strip.js';
import { TerminalBox } from './terminal/terminal-box.js';
import { useModel } from './state/use-model.js';

/** The whole page; with `onClose` it lies over another one. */
export function App({ onClose }: { readonly onClose?: () => void }): JSX.Element {
  const model = useModel();
  const { opening, connection } = model;
  if (opening === undefined)
    return (
      <main class="loading">
        <p>{connection === 'lost' ? 'The view does not respond any more.' : 'Connecting …'}</p>
      </main>
    );
  return (
    <div class="shell">
      <Head onClose={onClose} />
      <Stage tag={onClose === undefined ? 'main' : 'div'} />
      <TerminalBox />
      <Panel />
      {opening.kind === 'file' ? null : <Strip />}
      <Announcer />
    </div>
  );
}

function Head({ onClose }: { readonly onClose: (() => void) | undefined }): JSX.Element {
  const model = useModel();
  const { opening, address } = model;
  if (opening === undefined) return <header class="head" />;
  const addresses = opening.services.flatMap((service) =>
    service.addresses.map((each) => ({ address: each, service: service.name })),
  );
  const several = opening.services.length > 1;
  return (
    <header class="head">
      <h1>{opening.name}</h1>
      <span class="title">{opening.title}</span>
      <span class="spacer" />
      <Chapters />
      {addresses.length > 1 ? (
        <label class="quiet">
          shown{' '}
          <select
            value={address ?? ''}
            onChange={({ currentTarget }) => {
              model.set({ address: currentTarget.value === '' ? null : currentTarget.value });
            }}
          >
            <option value="">all addresses</option>
            {addresses.map((each) => (
              <option key={each.address} value={each.address}>
                {several ? `${each.service} ` : ''}
                {each.address}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {opening.readOnly && opening.kind !== 'recording' ? <span class="plain-badge">read-only</span> : null}
      <State />
      {onClose === undefined ? null : (
        <button type="button" onClick={onClose}>
          Close
        </button>
      )}
    </header>
  );
}

/** Of recordings: which one, and which step of it. */
function Chapters(): JSX.Element | null {
  const model = useModel();
  const { opening, openings } = model;
  if (opening?.kind !== 'recording') return null;
  return (
    <>
      {openings.length > 1 ? (
        <label class="quiet">
          topology{' '}
          <select
            value={String(openings.indexOf(opening))}
            onChange={({ currentTarget }) => {
              model.open(openings, Number(currentTarget.value));
            }}
          >
            {openings.map(({ name }, nth) => (
              <option key={`${String(nth)} ${name}`} value={String(nth)}>
                {name}
              </option>
            ))}
          </select>
        </label>
      ) : null}
      {opening.chapters.length === 0 ? null : (
        <label class="quiet">
          step{' '}
          <select
            value={String(model.chapter)}
            onChange={({ currentTarget }) => {
              model.lookAtChapter(Number(currentTarget.value));
            }}
          >
            {opening.chapters.map(({ title }, nth) => (
              <option key={String(nth)} value={String(nth)}>
                {String(nth + 1)} {title}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  );
}

function State(): JSX.Element {
  const { opening, connection, cursorMs } = useModel();
  const [look, text] =
    opening?.kind === 'file'
      ? ['', 'predicted from the file']
      : opening?.kind === 'recording'
        ? ['past', 'recorded']
        : connection === 'ended'
          ? ['ended', 'the lab is gone: what is shown was recorded']
          : connection === 'lost'
            ? ['ended', 'no connection to the view']
            : cursorMs !== null
              ? ['past', 'looking back']
              : ['live', 'live'];
  return (
    <span class={`badge ${look}`} role="status">
      {text}
    </span>
  );
}
