import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { LabAt, StepPlayed } from '../moments.js';
import { newsOf } from './state/news.js';
import { useModel } from './state/use-model.js';

/** What goes on is told when it has come to rest, not each of its moments. */
const QUIET_MS = 700;

/** Tells whoever does not see the picture what has changed in it, or what is different where they look back to. */
export function Announcer(): JSX.Element {
  const model = useModel();
  const { lab, opening } = model;
  const [news, tell] = useState('');
  const told = useRef<{ readonly opening: typeof opening; readonly lab: LabAt; readonly untilMs: number }>(undefined);
  const steps = model.log.filter((moment): moment is StepPlayed => moment.kind === 'step');
  const untilMs = steps.at(-1)?.atMs ?? -Infinity;
  useEffect(() => {
    const timer = setTimeout(() => {
      const before = told.current;
      told.current = { opening, lab, untilMs };
      if (before === undefined || before.opening !== opening) return;
      const played = model.cursorMs === null ? steps.filter(({ atMs }) => atMs > before.untilMs) : [];
      const text = newsOf(shownOf(before.lab), shownOf(lab), played);
      if (text !== '') tell(text);
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [opening, lab, untilMs]);
  /** In a file nobody answers: it is predicted who would. */
  const shownOf = (at: LabAt): LabAt => (opening?.kind === 'file' ? { ...at, courses: at.predicted ?? [] } : at);
  return (
    <p class="unseen" role="status">
      {news}
    </p>
  );
}
