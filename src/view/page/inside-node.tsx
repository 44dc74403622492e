import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Inside } from '../moments.js';
import type { Trouble } from './state/model.js';
import { useModel } from './state/use-model.js';

/** What a node says of itself, when it is asked. */
export function InsideNode({ name }: { readonly name: string }): JSX.Element {
  const model = useModel();
  const { opening } = model;
  const isSwitch = opening?.layout.nodes.find((node) => node.name === name)?.kind === 'switch';
  const [inside, setInside] = useState<Inside>();
  const [trouble, setTrouble] = useState<Trouble>();
  const look = async (): Promise<void> => {
    try {
      setTrouble(undefined);
      setInside(await model.inside(name));
    } catch (error) {
      setTrouble(error as Trouble);
    }
  };
  return (
    <>
      <div class="row">
        <button type="button" class="small" disabled={model.connection !== 'live'} onClick={() => void look()}>
          {inside === undefined ? 'Look inside' : 'Look again'}
        </button>
        {opening?.readOnly === false && !isSwitch
          ? (['shell', ...(opening.nodes[name]?.routing === true ? (['vtysh'] as const) : [])] as const).map(
              (program) => (
                <button
                  key={program}
                  type="button"
                  class="small"
                  disabled={model.connection !== 'live'}
                  onClick={() => {
                    model.set({ terminal: { node: name, program } });
                  }}
                >
                  {program === 'shell' ? 'Terminal' : 'FRR command line'}
                </button>
              ),
            )
          : null}
        {inside === undefined || inside.state === 'up' ? null : (
          <span class="quiet">
            {name} is {inside.state}
          </span>
        )}
      </div>
      {trouble === undefined ? null : (
        <p class="told bad" role="alert">
          {trouble.message}
        </p>
      )}
      {inside?.parts.map(({ title, text }, nth) => (
        <details key={title} open={nth === 0}>
          <summary>{title}</summary>
          <pre tabIndex={0} aria-label={title}>
            {text}
          </pre>
        </details>
      ))}
    </>
  );
}
