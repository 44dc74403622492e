/** Directions of a line in a cell: up, right, down, left. */
export type Side = 0 | 1 | 2 | 3;
/** How strong it is there: none, light, heavy. */
export type Weight = 0 | 1 | 2;

/** By the weights up, right, down and left, as a number to the base of three. */
const LINES = ' ╴╸╷┐┑╻┒┓╶─╾┌┬┭┎┰┱╺╼━┍┮┯┏┲┳╵┘┙│┤┥╽┧┪└┴┵├┼┽┟╁╅┕┶┷┝┾┿┢╆╈╹┚┛╿┦┩┃┨┫┖┸┹┞╀╃┠╂╉┗┺┻┡╄╇┣╊╋';

interface Cell {
  readonly weights: [Weight, Weight, Weight, Weight];
  text: string | undefined;
  /** What the cell belongs to: the number of a colour. */
  colour: number | undefined;
}

/** A drawing of characters, in which lines that meet are joined. */
export class Canvas {
  readonly #rows: Cell[][];

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.#rows = Array.from({ length: height }, () =>
      Array.from({ length: width }, () => ({ weights: [0, 0, 0, 0], text: undefined, colour: undefined })),
    );
  }

  /** A straight line between two cells, through the middle of both. */
  line(
    from: readonly [x: number, y: number],
    to: readonly [x: number, y: number],
    weight: Weight,
    colour?: number,
  ): void {
    const [dx, dy] = [Math.sign(to[0] - from[0]), Math.sign(to[1] - from[1])];
    const [ahead, behind]: readonly [Side, Side] = dx === 0 ? (dy > 0 ? [2, 0] : [0, 2]) : dx > 0 ? [1, 3] : [3, 1];
    let [x, y] = from;
    while (x !== to[0] || y !== to[1]) {
      this.#join(x, y, ahead, weight, colour);
      x += dx;
      y += dy;
      this.#join(x, y, behind, weight, colour);
    }
  }

  /** A text over whatever is there. */
  write(x: number, y: number, text: string, colour?: number): void {
    for (const [nth, character] of Array.from(text).entries()) {
      const cell = this.#rows[y]?.[x + nth];
      if (cell === undefined) continue;
      cell.text = character;
      cell.colour = colour;
    }
  }

  /** A box whose lines join those that come to it. */
  box(left: number, top: number, width: number, height: number, weight: Weight, colour?: number): void {
    const [right, bottom] = [left + width - 1, top + height - 1];
    for (let y = top + 1; y < bottom; y++) this.write(left + 1, y, ' '.repeat(width - 2));
    this.line([left, top], [right, top], weight, colour);
    this.line([right, top], [right, bottom], weight, colour);
    this.line([left, bottom], [right, bottom], weight, colour);
    this.line([left, top], [left, bottom], weight, colour);
  }

  /** All lines; `paint` colours a piece of one. */
  text(paint: (text: string, colour: number) => string = (text) => text): string {
    return this.#rows
      .map((row) => {
        const pieces: { text: string; colour: number | undefined }[] = [];
        for (const cell of row) {
          const text = cell.text ?? lineCharacter(cell.weights);
          const last = pieces.at(-1);
          if (last?.colour === cell.colour && last !== undefined) last.text += text;
          else pieces.push({ text, colour: cell.colour });
        }
        const end = pieces.at(-1);
        if (end?.colour === undefined && end !== undefined) end.text = end.text.trimEnd();
        return pieces.map(({ text, colour }) => (colour === undefined ? text : paint(text, colour))).join('');
      })
      .join('\n');
  }

  #join(x: number, y: number, side: Side, weight: Weight, colour: number | undefined): void {
    const cell = this.#rows[y]?.[x];
    if (cell === undefined) return;
    if (weight > cell.weights[side]) cell.weights[side] = weight;
    if (colour !== undefined) cell.colour = colour;
  }
}

function lineCharacter([up, right, down, left]: Cell['weights']): string {
  return LINES[up * 27 + right * 9 + down * 3 + left] ?? ' ';
}
