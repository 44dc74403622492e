import type { JSX } from 'preact';
import { neighborsText } from '../neighbors.js';
import { useModel } from './state/use-model.js';

/** The adjacencies and sessions of what is chosen, as they were at the moment that is shown. */
export function NeighborList(): JSX.Element | null {
  const { selection, neighbors, opening } = useModel();
  const link = selection?.kind === 'link' ? opening?.layout.links[selection.nth] : undefined;
  const own = neighbors.filter(({ ends }) =>
    selection?.kind === 'node'
      ? ends.includes(selection.name)
      : link !== undefined && ends.includes(link.a) && ends.includes(link.b),
  );
  if (own.length === 0) return null;
  const nameOf = (ends: readonly [string, string]): string =>
    selection?.kind === 'node' ? (ends.find((end) => end !== selection.name) ?? ends[0]) : ends.join(' and ');
  const names = [...new Set(own.map(({ ends }) => nameOf(ends)))];
  return (
    <details open={names.length <= 6}>
      <summary>neighbors</summary>
      <ul class="peers">
        {names.map((name) => (
          <li key={name}>
            <b>{name}</b>
            <span>
              {own
                .filter(({ ends }) => nameOf(ends) === name)
                .map((each, nth) => (
                  <span key={each.protocol} class={each.up < each.count ? 'lost' : ''}>
                    {nth === 0 ? '' : ', '}
                    {neighborsText(each)}
                  </span>
                ))}
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}
