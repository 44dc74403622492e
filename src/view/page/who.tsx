import type { JSX } from 'preact';
import type { Course } from '../../picture/course.js';
import { keyOf } from '../moments.js';
import { Chip } from './chip.js';
import { plural } from './state/texts.js';
import { useModel } from './state/use-model.js';

const MOST_ROWS = 40;

/** Who answers whom, as text, and what share each instance has. */
export function Who(): JSX.Element | null {
  const model = useModel();
  const { opening, address } = model;
  const { courses, predicted } = model.lab;
  const shown = (opening?.kind === 'file' ? (predicted ?? []) : courses).filter(
    (course) => address === null || course.address === address,
  );
  const rows = new Map<string, Course[]>();
  for (const course of shown) rows.set(keyOf(course), [...(rows.get(keyOf(course)) ?? []), course]);
  if (rows.size === 0) return null;
  const counts = new Map<string | null, number>();
  for (const own of rows.values()) {
    const weights = weightsOf(own);
    for (const [instance, weight] of weights) counts.set(instance, (counts.get(instance) ?? 0) + weight);
  }
  const sorted = [...counts].sort(([, one], [, other]) => other - one);
  const all = [...rows.values()];
  return (
    <section aria-label="who answers">
      <h2>
        Who answers
        <span class="quiet">{plural(new Set(shown.map(({ client }) => client)).size, 'client')}</span>
      </h2>
      <Shares counts={sorted} all={rows.size} />
      <ul class="list">
        {sorted.map(([instance, count]) => (
          <li key={String(instance)}>
            <Chip instance={instance} />
            <span class="quiet">{Math.round((count / rows.size) * 100)} %</span>
          </li>
        ))}
      </ul>
      <details open={rows.size <= 8}>
        <summary>each client</summary>
        <table class="who" aria-label="who answers each client">
          <tbody>
            {all.slice(0, MOST_ROWS).map((own) => {
              const [first] = own;
              if (first === undefined) return null;
              const path = own.find((course) => course.path.length > 0)?.path ?? [];
              return (
                <tr key={keyOf(first)}>
                  <th scope="row">
                    {first.client} <span class="address">{first.address}</span>
                  </th>
                  <td>
                    <Answerers courses={own} />
                    <span class="address">{path.map((hop) => hop ?? '*').join(' › ')}</span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
        {all.length > MOST_ROWS ? <p class="quiet">and {String(all.length - MOST_ROWS)} more</p> : null}
      </details>
    </section>
  );
}

/** By how many of its flows, where they were counted. */
function weightsOf(own: readonly Course[]): ReadonlyMap<string | null, number> {
  const flows = new Map<string | null, number>();
  const isCounted = own.every(({ flowCount }) => flowCount !== undefined);
  for (const { instance, flowCount = 1 } of own)
    flows.set(instance, isCounted ? (flows.get(instance) ?? 0) + flowCount : 1);
  const all = [...flows.values()].reduce((sum, count) => sum + count, 0);
  return new Map([...flows].map(([instance, count]) => [instance, count / all]));
}

/** Who answers one query; several, each with its share. */
function Answerers({ courses }: { readonly courses: readonly Course[] }): JSX.Element {
  const weights = [...weightsOf(courses)].sort(([, one], [, other]) => other - one);
  return (
    <>
      {weights.map(([instance, weight]) => (
        <span key={String(instance)}>
          <Chip instance={instance} />
          {weights.length === 1 ? ' ' : <span class="quiet"> {Math.round(weight * 100)} % </span>}
        </span>
      ))}
      {weights.length === 1 ? null : <Shares counts={weights} all={1} />}
    </>
  );
}

export function Shares({
  counts,
  all,
}: {
  readonly counts: readonly (readonly [string | null, number])[];
  readonly all: number;
}): JSX.Element {
  const { colours } = useModel();
  let x = 0;
  return (
    <svg class="shares" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
      {counts.map(([instance, count]) => {
        const width = (count / all) * 100;
        const part = (
          <rect
            key={String(instance)}
            class={`part ${instance === null ? 'nobody' : colours.classOf(instance)}`}
            x={x}
            y={0}
            width={width}
            height={10}
          />
        );
        x += width;
        return part;
      })}
    </svg>
  );
}
