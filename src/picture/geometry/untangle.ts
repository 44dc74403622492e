import { COVERED, cross, passes, type Point } from './lines.js';
import type { Edge } from './spread.js';

/** A rectangle with a head at its upper edge, to which its links lead; or at its lower edge, where it is turned over. */
export interface Patch {
  readonly width: number;
  readonly height: number;
  readonly headHeight: number;
}

/** Where a patch is. */
export interface PatchPlace {
  readonly middle: Point;
  /** Whether it is turned over, with its head at its lower edge. */
  readonly isUp: boolean;
}

/** In crossings: a link that passes behind the own hosts of one of its ends, */
const OWN_COVERED = 0.7;
/** so much more length of a link, */
const LENGTH_OF_ONE = 900;
/** twice the size of the picture, and a shape that is not that of a page. */
const WIDE = 3;
const MISSHAPEN = 1.5;
const PAGE = 1.4;
/** As near to a link as that, a patch seems to be on it. */
const BESIDE = 6;
/** Where less is gained, all stays as it is. */
const WORTH_A_MOVE = 0.05;
/** A patch that covers another one. */
const OVERLAP = 1000;
/** Of several beginnings, so many are looked at after the first round. */
const HOPEFUL = 2;
/** Of comparisons of a link with a link or a patch: what a layout may cost, however large it is. */
const MOST_WORK = 60_000_000;

const shifts = [30, 80, 200, 450].flatMap((far) => around(8).map(({ x, y }) => ({ x: far * x, y: far * y })));

function around(count: number): readonly Point[] {
  return Array.from({ length: count }, (_, nth) => {
    const angle = (2 * Math.PI * nth) / count;
    return { x: Math.cos(angle), y: Math.sin(angle) };
  });
}

/** A patch where it is now. It is changed in place, and read millions of times. */
interface Spot {
  readonly patch: Patch;
  readonly middle: { x: number; y: number };
  readonly head: { x: number; y: number };
  isUp: boolean;
  readonly lines: Line[];
}

interface Line {
  readonly from: Spot;
  readonly to: Spot;
}

interface Move extends PatchPlace {
  readonly spot: Spot;
}

/**
 * Moves patches, alone or with all that hangs on them, turns them over and has two change places, as long as fewer links
 * cross, fewer pass behind patches, and links become shorter. Of several beginnings, the best result.
 */
export function untangled(
  patches: readonly Patch[],
  edges: readonly Edge[],
  starts: readonly (readonly PatchPlace[])[],
  gap: number,
): readonly PatchPlace[] {
  const tangles = starts.map((start) => new Tangle(patches, edges, start, gap));
  for (const tangle of tangles) tangle.improve();
  const hopeful = tangles.toSorted((one, other) => one.cost() - other.cost()).slice(0, HOPEFUL);
  for (const tangle of hopeful) while (tangle.improve());
  return hopeful.reduce((least, each) => (each.cost() < least.cost() ? each : least)).places();
}

class Tangle {
  readonly #spots: readonly Spot[];
  readonly #lines: readonly Line[];
  readonly #gap: number;
  #work = 0;

  constructor(patches: readonly Patch[], edges: readonly Edge[], start: readonly PatchPlace[], gap: number) {
    this.#gap = gap;
    this.#spots = patches.map((patch, nth) => {
      const spot: Spot = { patch, middle: { x: 0, y: 0 }, head: { x: 0, y: 0 }, isUp: false, lines: [] };
      put(spot, start[nth] ?? spot);
      return spot;
    });
    this.#lines = edges.flatMap(([one, other]) => {
      const [from, to] = [this.#spots[one], this.#spots[other]];
      if (from === undefined || to === undefined) return [];
      const line = { from, to };
      from.lines.push(line);
      to.lines.push(line);
      return [line];
    });
  }

  /** One round through all patches; whether there may be more to gain. */
  improve(): boolean {
    let isBetter = false;
    for (const spot of this.#spots) {
      if (this.#work > MOST_WORK) return false;
      isBetter = this.#improveAt(spot) || isBetter;
    }
    return isBetter;
  }

  places(): readonly PatchPlace[] {
    return this.#spots.map(({ middle, isUp }) => ({ middle: { ...middle }, isUp }));
  }

  /** All of it, in crossings. */
  cost(): number {
    return this.#costOf(this.#spots) + OVERLAP * this.#spots.filter((spot) => !this.#isFree([spot])).length;
  }

  #improveAt(spot: Spot): boolean {
    const hanging = neighborsOf(spot).filter(({ lines }) => lines.length === 1);
    const tries: (readonly [members: readonly Spot[], all: readonly (readonly Move[])[]])[] = [
      [[spot], this.#movesOf(spot)],
      ...(hanging.length > 0 ? ([[[spot, ...hanging], groupMovesOf([spot, ...hanging])]] as const) : []),
      ...this.#swapsOf(spot).map((moves) => [moves.map((move) => move.spot), [moves]] as const),
    ];
    let isBetter = false;
    for (const [members, all] of tries) {
      let best: readonly Move[] | undefined;
      // What covers another one goes anywhere else.
      let least = this.#isFree(members) ? this.#costOf(members) - WORTH_A_MOVE : Infinity;
      const old = members.map((each) => ({ spot: each, middle: { ...each.middle }, isUp: each.isUp }));
      for (const moves of all) {
        for (const move of moves) put(move.spot, move);
        const cost = this.#isFree(members) ? this.#costOf(members) : Infinity;
        if (cost < least) [least, best] = [cost, moves];
      }
      for (const move of best ?? old) put(move.spot, move);
      isBetter ||= best !== undefined;
    }
    return isBetter;
  }

  /** To places near by, and to those around its neighbors, either way up. */
  #movesOf(spot: Spot): readonly (readonly Move[])[] {
    const { patch, middle, isUp } = spot;
    const beside = neighborsOf(spot).flatMap((other) =>
      [1, 1.7].flatMap((far) =>
        around(16).map(({ x, y }) => ({
          x: other.middle.x + far * x * ((patch.width + other.patch.width) / 2 + 2 * this.#gap),
          y: other.middle.y + far * y * ((patch.height + other.patch.height) / 2 + 2 * this.#gap),
        })),
      ),
    );
    const near = shifts.map((by) => moved(middle, by));
    const ways = patch.height > patch.headHeight ? [isUp, !isUp] : [isUp];
    return [{ ...middle }, ...near, ...beside].flatMap((at) => ways.map((way) => [{ spot, middle: at, isUp: way }]));
  }

  /** With those that share a neighbor with it. */
  #swapsOf(spot: Spot): readonly (readonly Move[])[] {
    const own = this.#spots.indexOf(spot);
    const others = new Set(neighborsOf(spot).flatMap((each) => [each, ...neighborsOf(each)]));
    return [...others]
      .filter((other) => this.#spots.indexOf(other) > own)
      .map((other) => [
        { spot, middle: { ...other.middle }, isUp: other.isUp },
        { spot: other, middle: { ...spot.middle }, isUp: spot.isUp },
      ]);
  }

  #isFree(members: readonly Spot[]): boolean {
    return members.every(({ patch, middle }) =>
      this.#spots.every(
        (other) =>
          other.middle === middle ||
          Math.abs(other.middle.x - middle.x) >= (patch.width + other.patch.width) / 2 + this.#gap ||
          Math.abs(other.middle.y - middle.y) >= (patch.height + other.patch.height) / 2 + this.#gap,
      ),
    );
  }

  /** What depends on where some patches are. */
  #costOf(members: readonly Spot[]): number {
    const own = new Set(members.flatMap(({ lines }) => lines));
    this.#work += own.size * (this.#lines.length + this.#spots.length) + members.length * this.#lines.length;
    let cost = this.#costOfSize();
    const counted = new Set<Line>();
    for (const line of own) {
      const [a, b] = [line.from.head, line.to.head];
      cost += Math.hypot(a.x - b.x, a.y - b.y) / LENGTH_OF_ONE;
      for (const spot of this.#spots) cost += coveredBy(line, spot);
      counted.add(line);
      for (const other of this.#lines)
        if (!isBeside(line, other) && cross(a, b, other.from.head, other.to.head) && !counted.has(other)) cost += 1;
    }
    for (const line of this.#lines) if (!own.has(line)) for (const spot of members) cost += coveredBy(line, spot);
    return cost;
  }

  #costOfSize(): number {
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (const { patch, middle } of this.#spots) {
      left = Math.min(left, middle.x - patch.width / 2);
      right = Math.max(right, middle.x + patch.width / 2);
      top = Math.min(top, middle.y - patch.height / 2);
      bottom = Math.max(bottom, middle.y + patch.height / 2);
    }
    const [width, height] = [right - left, bottom - top];
    return WIDE * Math.log2(width * height) + MISSHAPEN * Math.abs(Math.log2(width / height / PAGE));
  }
}

function put(spot: Spot, { middle, isUp }: PatchPlace): void {
  const { height, headHeight } = spot.patch;
  spot.isUp = isUp;
  spot.middle.x = middle.x;
  spot.middle.y = middle.y;
  spot.head.x = middle.x;
  spot.head.y = middle.y + ((isUp ? 1 : -1) * (height - headHeight)) / 2;
}

function neighborsOf(spot: Spot): readonly Spot[] {
  return spot.lines.map(({ from, to }) => (from === spot ? to : from));
}

function isBeside(one: Line, other: Line): boolean {
  return one.from === other.from || one.from === other.to || one.to === other.from || one.to === other.to;
}

/** What it costs that a line passes behind a patch, or leaves its end through what hangs at its head. */
function coveredBy({ from, to }: Line, spot: Spot): number {
  const { patch, middle, isUp } = spot;
  if (spot !== from && spot !== to)
    return passes(from.head, to.head, middle, patch.width / 2 + BESIDE, patch.height / 2 + BESIDE) ? COVERED : 0;
  const hosts = (patch.height - patch.headHeight) / 2;
  if (hosts <= 0) return 0;
  const at = { x: middle.x, y: middle.y + ((isUp ? -1 : 1) * patch.headHeight) / 2 };
  return passes(from.head, to.head, at, patch.width / 2, hosts) ? OWN_COVERED : 0;
}

/** A patch and all that hangs on it: to places near by, and around it. */
function groupMovesOf(group: readonly Spot[]): readonly (readonly Move[])[] {
  const { x: middleX, y: middleY } = group[0]?.middle ?? { x: 0, y: 0 };
  const near = shifts.map((by) => group.map((spot) => ({ spot, middle: moved(spot.middle, by), isUp: spot.isUp })));
  const turns = around(8)
    .slice(1)
    .map(({ x, y }) =>
      group.map((spot) => {
        const [dx, dy] = [spot.middle.x - middleX, spot.middle.y - middleY];
        const middle = { x: middleX + dx * x - dy * y, y: middleY + dx * y + dy * x };
        return { spot, middle, isUp: x < 0 ? !spot.isUp : spot.isUp };
      }),
    );
  return [...near, ...turns];
}

function moved({ x, y }: Point, by: Point): Point {
  return { x: x + by.x, y: y + by.y };
}
