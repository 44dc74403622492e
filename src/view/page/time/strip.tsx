import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { paintStrip, placeOf } from './paint-strip.js';
import { rates } from '../state/playback.js';
import { USUAL_WINDOW_MS } from '../state/strip-window.js';
import { clockText } from '../state/texts.js';
import { useModel } from '../state/use-model.js';

const LONGEST_WINDOW_MS = 3_600_000;
const SHORTEST_WINDOW_MS = 50;
/** The strip moves on so often while it is live. */
const MOVE_EVERY_MS = 100;

/** Who answered when: all queries on one clock, with the events above; a moment of it can be looked at. */
export function Strip(): JSX.Element {
  const model = useModel();
  const canvas = useRef<HTMLCanvasElement>(null);
  const isLive = model.cursorMs === null && model.connection === 'live' && model.opening?.kind === 'lab';
  const isRecording = model.opening?.kind === 'recording';
  const window = model.stripWindow;

  useEffect(() => {
    if (canvas.current !== null) paintStrip(canvas.current, model);
  });
  useEffect(() => {
    if (!isLive) return undefined;
    const timer = setInterval(() => {
      model.set({});
    }, MOVE_EVERY_MS);
    return () => {
      clearInterval(timer);
    };
  }, [isLive]);
  useEffect(() => {
    const repaint = (): void => {
      model.set({});
    };
    addEventListener('resize', repaint);
    return () => {
      removeEventListener('resize', repaint);
    };
  }, []);

  const zoom = (by: number): void => {
    const windowMs = Math.min(LONGEST_WINDOW_MS, Math.max(SHORTEST_WINDOW_MS, window.toMs - window.fromMs) * by);
    model.look(model.cursorMs, Math.max(SHORTEST_WINDOW_MS, windowMs));
  };
  return (
    <section class="strip" aria-label="time">
      <div class="controls">
        {isRecording ? null : (
          <button
            type="button"
            onClick={() => {
              if (isLive) model.look(model.nowMs);
              // A stretch that was looked at closely would rush by.
              else model.look(null, Math.max(model.windowMs, USUAL_WINDOW_MS));
            }}
          >
            {isLive ? 'Pause' : 'Now'}
          </button>
        )}
        {isLive ? null : <Player />}
        <button
          type="button"
          aria-label="a shorter time"
          onClick={() => {
            zoom(0.5);
          }}
        >
          +
        </button>
        <button
          type="button"
          aria-label="a longer time"
          onClick={() => {
            zoom(2);
          }}
        >
          −
        </button>
      </div>
      <input
        type="range"
        aria-label="the moment that is shown"
        aria-valuetext={isLive ? 'now' : clockText(model.shownMs)}
        min={window.fromMs}
        max={window.toMs}
        step="1"
        value={Math.min(window.toMs, Math.max(window.fromMs, model.shownMs))}
        onInput={({ currentTarget }) => {
          model.look(Number(currentTarget.value));
        }}
      />
      <span class="time mono">{clockText(model.shownMs)}</span>
      <div class="canvas-box">
        <canvas
          ref={canvas}
          role="img"
          aria-label="who answered each client over time"
          onPointerDown={(event) => {
            model.look(placeOf(event, window));
            event.currentTarget.setPointerCapture(event.pointerId);
          }}
          onPointerMove={(event) => {
            if (event.buttons === 1) model.look(placeOf(event, window));
          }}
          onWheel={(event) => {
            event.preventDefault();
            zoom(event.deltaY > 0 ? 1.25 : 0.8);
          }}
        />
      </div>
    </section>
  );
}

/** Plays the past, slowly enough to be watched. */
function Player(): JSX.Element {
  const model = useModel();
  const { playback } = model;
  return (
    <>
      <button
        type="button"
        class="primary"
        onClick={() => {
          if (playback.isPlaying) model.pause();
          else model.play();
        }}
      >
        {playback.isPlaying ? 'Pause' : 'Play'}
      </button>
      <select
        aria-label="how fast"
        value={String(playback.rate)}
        onChange={({ currentTarget }) => {
          playback.rate = Number(currentTarget.value);
          model.set({});
        }}
      >
        {rates.map(({ rate, says }) => (
          <option key={says} value={String(rate)}>
            {says}
          </option>
        ))}
      </select>
    </>
  );
}
