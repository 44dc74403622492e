import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { CaptureRequest } from './state/capture-request.js';
import { plural } from './state/texts.js';
import type { Trouble } from './state/model.js';
import { useModel } from './state/use-model.js';

/** Captures what passes a link, and hands it on as a file. */
export function CaptureLink({ ends }: { readonly ends: readonly string[] }): JSX.Element {
  const model = useModel();
  const [end, setEnd] = useState(ends[0] ?? '');
  const [request, setRequest] = useState<CaptureRequest>();
  const [bytes, setBytes] = useState(0);
  const [trouble, setTrouble] = useState<Trouble>();
  // Who looks at something else wants no more of this one.
  useEffect(() => () => request?.abandon(), [request]);
  const start = async (): Promise<void> => {
    const next = new CaptureRequest(end);
    setTrouble(undefined);
    setBytes(0);
    setRequest(next);
    try {
      await next.run(setBytes);
    } catch (error) {
      setTrouble(error as Trouble);
    }
    setRequest(undefined);
  };
  return (
    <>
      <div class="row">
        {request === undefined ? (
          <>
            <button type="button" class="small" disabled={model.connection !== 'live'} onClick={() => void start()}>
              Capture packets
            </button>
            <label class="quiet">
              at{' '}
              <select
                value={end}
                onChange={({ currentTarget }) => {
                  setEnd(currentTarget.value);
                }}
              >
                {ends.map((each) => (
                  <option key={each}>{each}</option>
                ))}
              </select>
            </label>
          </>
        ) : (
          <>
            <button type="button" class="small primary" onClick={() => void request.stop()}>
              Stop and download
            </button>
            <span class="quiet">
              {end}: {plural(Math.round(bytes / 1024), 'KiB').replace('KiBs', 'KiB')}
            </span>
          </>
        )}
      </div>
      {trouble === undefined ? null : (
        <p class="told bad" role="alert">
          {trouble.message}
        </p>
      )}
    </>
  );
}
