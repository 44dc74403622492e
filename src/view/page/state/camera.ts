/** Where the picture is on the screen: `scale` times larger, its origin at `x` and `y`. */
export interface Camera {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const LEAST_SCALE = 0.05;
const MOST_SCALE = 6;
/** Small pictures are not blown up further when all of them is shown. */
const MOST_FITTED = 2.2;
const MARGIN = 56;

/** All of a picture, in the middle. */
export function fitted(picture: Size, screen: Size): Camera {
  const scale = Math.min(
    MOST_FITTED,
    Math.max(
      LEAST_SCALE,
      Math.min((screen.width - MARGIN) / picture.width, (screen.height - 2 * MARGIN) / picture.height),
    ),
  );
  return {
    scale,
    x: (screen.width - picture.width * scale) / 2,
    y: (screen.height - picture.height * scale) / 2,
  };
}

/** Nearer or further, while what is at a place stays there. */
export function zoomed({ x, y, scale }: Camera, by: number, at: { readonly x: number; readonly y: number }): Camera {
  const next = Math.min(MOST_SCALE, Math.max(LEAST_SCALE, scale * by));
  const ratio = next / scale;
  return { scale: next, x: at.x - (at.x - x) * ratio, y: at.y - (at.y - y) * ratio };
}

export function moved({ x, y, scale }: Camera, dx: number, dy: number): Camera {
  return { scale, x: x + dx, y: y + dy };
}
