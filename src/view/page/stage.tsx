import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { lookOf, looksInOrder } from '../../picture/network.js';
import { glyphs } from '../../picture/draw.js';
import type { Course } from '../../picture/course.js';
import type { Scene } from '../../picture/scene.js';
import { brokenBy } from '../../picture/broken.js';
import { unexpectedIn, type LabAt } from '../moments.js';
import { fitted, moved, zoomed, type Camera } from './state/camera.js';
import { DrawnNetwork } from './drawn-network.js';
import { peersByLink } from './peers.js';
import type { PictureFocus } from './picture-focus.js';
import type { NeighborsNow } from '../neighbors.js';
import type { Model, Selection } from './state/model.js';
import { useModel } from './state/use-model.js';

const ZOOM_STEP = 1.25;
/** Nothing is up in a file. */
const none: readonly NeighborsNow[] = [];
/** A pointer that moved no further clicks. */
const CLICK_PIXELS = 5;

/** The network, to be moved and zoomed. Over another page it is not what that page is for. */
export function Stage({ tag: Tag }: { readonly tag: 'main' | 'div' }): JSX.Element {
  const model = useModel();
  const svg = useRef<SVGSVGElement>(null);
  const world = useRef<SVGGElement>(null);
  const drawn = useRef<DrawnNetwork | null>(null);
  const camera = useRef<Camera>({ x: 0, y: 0, scale: 1 });
  const { opening } = model;
  const layout = opening?.layout;

  const look = (next: Camera): void => {
    camera.current = next;
    world.current?.setAttribute(
      'transform',
      `translate(${String(next.x)} ${String(next.y)}) scale(${String(next.scale)})`,
    );
  };
  const fit = (): void => {
    const box = svg.current?.getBoundingClientRect();
    if (box !== undefined && layout !== undefined) look(fitted(layout, box));
  };
  const zoom = (by: number): void => {
    const box = svg.current?.getBoundingClientRect();
    if (box !== undefined) look(zoomed(camera.current, by, { x: box.width / 2, y: box.height / 2 }));
  };

  useEffect(() => {
    if (world.current === null || layout === undefined) return undefined;
    drawn.current = new DrawnNetwork(world.current, layout, model.colours);
    fit();
    const resized = new ResizeObserver(fit);
    if (svg.current !== null) resized.observe(svg.current);
    return () => {
      resized.disconnect();
    };
  }, [layout]);
  useEffect(
    () =>
      svg.current === null ? undefined : steer(svg.current, { camera, look, focus: () => drawn.current?.focus }, model),
    [layout],
  );
  const { lab } = model;
  const neighbors = opening?.kind === 'file' ? none : model.neighbors;
  useEffect(() => {
    if (layout === undefined) return;
    drawn.current?.show(sceneOf(model, lab), model.colours, model.selection, {
      peers: peersByLink(layout, neighbors),
      rates: ratesByNode(lab),
    });
  }, [layout, lab, neighbors, model.colours, model.selection, model.foretold, model.address]);

  return (
    <Tag class="stage">
      <svg
        class="canvas"
        ref={svg}
        role="group"
        aria-label="the network: arrow keys go from one part to the next, Enter chooses it"
      >
        <g ref={world} />
      </svg>
      <Note lab={lab} />
      <div class="stage-tools">
        <button
          type="button"
          aria-label="zoom in"
          onClick={() => {
            zoom(ZOOM_STEP);
          }}
        >
          +
        </button>
        <button
          type="button"
          aria-label="zoom out"
          onClick={() => {
            zoom(1 / ZOOM_STEP);
          }}
        >
          −
        </button>
        <button type="button" onClick={fit}>
          Fit
        </button>
      </div>
      <div class="legend" aria-hidden="true">
        {looksInOrder
          .filter((each) => layout?.nodes.some((node) => lookOf(node) === each))
          .map((each) => (
            <span key={each}>
              <svg class="glyph" viewBox="0 0 16 16">
                <path d={glyphs[each]} />
              </svg>
              {each}
            </span>
          ))}
        {neighbors.length === 0 ? null : (
          <span>
            <svg class="glyph" viewBox="0 0 16 16">
              <circle class="peer" cx="8" cy="8" r="4" />
            </svg>
            neighbors
            <svg class="glyph" viewBox="0 0 16 16">
              <circle class="peer lost" cx="8" cy="8" r="4" />
            </svg>
            lost
          </span>
        )}
        <span>in colour: who answers, and the way there</span>
      </div>
    </Tag>
  );
}

/** What the picture is to be read as. */
function Note({ lab }: { readonly lab: LabAt }): JSX.Element | null {
  const { foretold, opening } = useModel();
  if (foretold !== undefined) return <p class="stage-note">Dotted: what is predicted to change.</p>;
  const unexpected = opening?.kind === 'file' ? [] : unexpectedIn(lab);
  if (unexpected.length === 0) return null;
  return (
    <p class="stage-note bad">
      Not yet as predicted: {unexpected.slice(0, 6).join(', ')}
      {unexpected.length > 6 ? ` and ${String(unexpected.length - 6)} more` : ''}. Dotted: the prediction.
    </p>
  );
}

/** What each node sends or gets in a second, as far as it is worth showing. */
function ratesByNode({ traffic }: LabAt): ReadonlyMap<string, number> {
  if (traffic === null) return new Map();
  const { floods, instances, sinkholes } = traffic;
  return new Map([
    ...Object.entries(instances),
    ...Object.entries(floods),
    ...sinkholes.map(({ node, perSecond }) => [node, perSecond] as const),
  ]);
}

function sceneOf(model: Model, lab: LabAt): Scene {
  const shown = (courses: readonly Course[]): readonly Course[] =>
    model.address === null ? courses : courses.filter(({ address }) => address === model.address);
  const { foretold, opening } = model;
  const isFile = opening?.kind === 'file';
  const courses = shown(isFile ? (lab.predicted ?? []) : lab.courses);
  const then = foretold?.then.kind === 'faults' ? foretold.then.predicted : undefined;
  const other = then ?? (isFile || unexpectedIn(lab).length === 0 ? null : lab.predicted);
  return {
    courses,
    broken: brokenBy(lab.faults),
    ...(other === null ? {} : { before: shown(other), beforeWord: 'predicted' }),
  };
}

interface Steered {
  readonly camera: { readonly current: Camera };
  readonly look: (next: Camera) => void;
  readonly focus: () => PictureFocus | undefined;
}

/** Moves and zooms by mouse, finger and wheel; goes through the picture by keys; chooses by click, Enter and Space. */
function steer(svg: SVGSVGElement, { camera, look, focus }: Steered, model: Model): () => void {
  const pointers = new Map<number, { x: number; y: number }>();
  let travelled = 0;
  const at = (event: PointerEvent | WheelEvent): { x: number; y: number } => {
    const box = svg.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const choose = (target: EventTarget | null): void => {
    model.set({ selection: selectionAt(target), foretold: undefined, trouble: undefined });
  };
  /** What has the focus is to be in sight. */
  const show = (group: SVGGElement): void => {
    const [own, all] = [group.getBoundingClientRect(), svg.getBoundingClientRect()];
    const [x, y] = [own.x + own.width / 2, own.y + own.height / 2];
    const isInSight = x > all.left && x < all.right && y > all.top && y < all.bottom;
    if (!isInSight) look(moved(camera.current, all.x + all.width / 2 - x, all.y + all.height / 2 - y));
  };
  const on = {
    pointerdown: (event: PointerEvent): void => {
      if (pointers.size === 0) travelled = 0;
      pointers.set(event.pointerId, at(event));
    },
    pointermove: (event: PointerEvent): void => {
      const before = pointers.get(event.pointerId);
      if (before === undefined) return;
      const now = at(event);
      const [other] = [...pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
      pointers.set(event.pointerId, now);
      travelled += Math.hypot(now.x - before.x, now.y - before.y);
      if (travelled <= CLICK_PIXELS) return;
      // Only now: a captured pointer clicks nothing.
      svg.setPointerCapture(event.pointerId);
      svg.classList.add('dragging');
      if (other === undefined) look(moved(camera.current, now.x - before.x, now.y - before.y));
      else {
        const apart = (point: { x: number; y: number }): number =>
          Math.max(1, Math.hypot(point.x - other.x, point.y - other.y));
        look(zoomed(camera.current, apart(now) / apart(before), other));
      }
    },
    pointerup: (event: PointerEvent): void => {
      pointers.delete(event.pointerId);
      svg.classList.remove('dragging');
    },
    pointercancel: (event: PointerEvent): void => {
      pointers.delete(event.pointerId);
    },
    click: (event: MouseEvent): void => {
      if (travelled <= CLICK_PIXELS) choose(event.target);
    },
    wheel: (event: WheelEvent): void => {
      event.preventDefault();
      look(zoomed(camera.current, Math.exp(-event.deltaY * 0.0015), at(event)));
    },
    keydown: (event: KeyboardEvent): void => {
      const next = focus()?.move(event.key);
      if (next !== undefined) show(next);
      else if (event.key === 'Enter' || event.key === ' ') choose(event.target);
      else return;
      event.preventDefault();
    },
  };
  const hold = ({ target }: FocusEvent): void => {
    if (target instanceof SVGGElement) focus()?.hold(target);
  };
  const names = Object.keys(on) as (keyof typeof on)[];
  for (const name of names) svg.addEventListener(name, on[name] as EventListener, { passive: false });
  // With a listener of its own for that, the whole picture would be another stop of the Tab key.
  const around = svg.parentElement;
  around?.addEventListener('focusin', hold);
  return () => {
    around?.removeEventListener('focusin', hold);
    for (const name of names) svg.removeEventListener(name, on[name] as EventListener);
  };
}

function selectionAt(target: EventTarget | null): Selection {
  const group = target instanceof Element ? target.closest<SVGGElement>('g[data-node],g[data-link]') : null;
  const { node, link } = group?.dataset ?? {};
  if (node !== undefined) return { kind: 'node', name: node };
  return link === undefined ? undefined : { kind: 'link', nth: Number(link) };
}
