import type { JSX } from 'preact';
import { Panel } from './panel.js';
import { Stage } from './stage.js';
import { Strip } from './strip.js';
import { useModel } from './state/use-model.js';

/** The whole page. */
export function App(): JSX.Element {
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
      <Head />
      <Stage />
      <Panel />
      {opening.kind === 'file' ? null : <Strip />}
    </div>
  );
}

function Head(): JSX.Element {
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
      {opening.readOnly ? <span class="plain-badge">read-only</span> : null}
      <State />
    </header>
  );
}

function State(): JSX.Element {
  const { opening, connection, cursorMs } = useModel();
  const [look, text] =
    opening?.kind === 'file'
      ? ['', 'predicted from the file']
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
