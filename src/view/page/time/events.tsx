import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { entryOf } from '../../../topology/model/fault.js';
import type { Moment } from '../../moments.js';
import { clockText } from '../state/texts.js';
import { useModel } from '../state/use-model.js';

const MOST_ROWS = 200;

/** What happened, the last on top; a click looks at its moment. */
export function Events(): JSX.Element {
  const model = useModel();
  const [sought, seek] = useState('');
  const words = sought.toLowerCase().split(' ').filter(Boolean);
  const rows = model.log
    .flatMap((moment) => {
      const text = textOf(moment);
      return text === undefined ? [] : [{ moment, text }];
    })
    .filter(({ moment, text }) => words.every((word) => `${moment.kind} ${text}`.toLowerCase().includes(word)));
  const until = model.cursorMs ?? Infinity;
  const nowAt = rows.findLastIndex(({ moment }) => moment.atMs <= until);
  // What is looked at is among those that are shown.
  const end = model.cursorMs === null ? rows.length : Math.min(rows.length, nowAt + 1 + MOST_ROWS / 4);
  const shown = rows.slice(Math.max(0, end - MOST_ROWS), end);
  const first = Math.max(0, end - MOST_ROWS);
  const list = useRef<HTMLOListElement>(null);
  // Whoever looks at a moment sees what happened then in the list, too.
  useEffect(() => {
    const row = list.current?.querySelector('.now') ?? null;
    if (model.cursorMs !== null && row !== null && list.current !== null) showIn(list.current, row);
  }, [nowAt, model.cursorMs === null, sought]);
  return (
    <section aria-label="events">
      <h2>
        Events <span class="quiet">{String(rows.length)}</span>
      </h2>
      <input
        type="search"
        aria-label="search events"
        placeholder="search: router1 route"
        value={sought}
        onInput={({ currentTarget }) => {
          seek(currentTarget.value);
        }}
      />
      <ol class="events" ref={list} tabIndex={0} aria-label="list of events">
        {shown
          .map(({ moment, text }, nth) => (
            <li
              key={`${String(first + nth)} ${String(moment.atMs)}`}
              class={`${classOf(moment)}${model.cursorMs !== null && first + nth === nowAt ? ' now' : ''}`}
            >
              <button
                type="button"
                onClick={() => {
                  model.look(moment.atMs);
                }}
              >
                <span class="mono">{clockText(moment.atMs)}</span>
                <span class="kind">{classOf(moment) === 'maintenance' ? 'drain' : moment.kind}</span>
                <span>{text}</span>
              </button>
            </li>
          ))
          .reverse()}
      </ol>
    </section>
  );
}

/** Scrolls a list, and nothing around it, to where a row of it is in sight. */
function showIn(list: HTMLElement, row: Element): void {
  const [own, all] = [row.getBoundingClientRect(), list.getBoundingClientRect()];
  if (own.top >= all.top && own.bottom <= all.bottom) return;
  list.scrollTop += own.top + own.height / 2 - (all.top + all.height / 2);
}

/** A drain is no failure. */
function classOf(moment: Moment): string {
  const isMaintenance = moment.kind === 'fault' && moment.how !== undefined && entryOf(moment.how).isMaintenance;
  return isMaintenance === true ? 'maintenance' : moment.kind;
}

function textOf(moment: Moment): string | undefined {
  switch (moment.kind) {
    case 'answer': {
      const by = moment.instance === null ? moment.fate : `answered by ${moment.instance}`;
      return `${moment.client} at ${moment.address}: ${by}`;
    }
    case 'fault':
    case 'repair':
    case 'link':
    case 'route':
    case 'daemon':
    case 'service':
      return `${moment.node === null ? '' : `${moment.node} `}${moment.text}`;
    case 'dropped':
      return `${String(moment.count)} events are missing here`;
    case 'courses':
    case 'traffic':
    case 'faults':
    case 'step':
      return undefined;
  }
}
