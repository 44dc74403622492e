import type { JSX } from 'preact';
import { useModel } from './state/use-model.js';

/** An instance in its colour, or nobody. */
export function Chip({ instance }: { readonly instance: string | null }): JSX.Element {
  const { colours } = useModel();
  return instance === null ? (
    <span class="chip nobody">nobody</span>
  ) : (
    <span class={`chip ${colours.classOf(instance)}`}>{instance}</span>
  );
}

/** One or several. */
export function Chips({ instances }: { readonly instances: readonly (string | null)[] }): JSX.Element {
  return (
    <>
      {instances.map((instance) => (
        <Chip key={String(instance)} instance={instance} />
      ))}
    </>
  );
}
