/** A part of a link between two rows: where it leaves the upper one, and where it enters the lower one. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly isLabelled: boolean;
}

export interface Tracked<T> {
  readonly stretch: T;
  /** In which line between the two rows it goes sideways. */
  readonly track: number;
}

/** Gives each part that goes sideways a line in which no other is in its way; `height` is how many lines are needed. */
export function tracksOf<T extends Stretch>(
  stretches: readonly T[],
): { readonly height: number; readonly stretches: readonly Tracked<T>[] } {
  const tracks: (readonly [number, number])[][] = [];
  const sideways = stretches.filter(({ from, to }) => from !== to);
  // Those that go to the right are taken from the right, so that none crosses the way down of the one before.
  const ordered = sideways.toSorted((one, other) =>
    one.to > one.from && other.to > other.from ? other.from - one.from : one.from - other.from,
  );
  const placed = ordered.map((stretch): Tracked<T> => {
    const [left, right] = [Math.min(stretch.from, stretch.to), Math.max(stretch.from, stretch.to)];
    const free = tracks.findIndex((taken) => taken.every(([from, to]) => right < from || left > to));
    const track = free < 0 ? tracks.length : free;
    (tracks[track] ??= []).push([left, right]);
    return { stretch, track };
  });
  const straight = stretches.filter(({ from, to }) => from === to).map((stretch) => ({ stretch, track: 0 }));
  const height = Math.max(1, tracks.length) + (stretches.some(({ isLabelled }) => isLabelled) ? 1 : 0);
  return { height, stretches: [...placed, ...straight] };
}
