import type { Page } from 'playwright-core';

export interface Contrast {
  readonly text: string;
  readonly colour: string;
  readonly ground: string;
  /** WCAG 2.2: from 1 to 21. */
  readonly ratio: number;
}

/** Runs in the page. */
const pairsInPage = `(selector) => [...document.querySelectorAll(selector)]
  .filter((element) => element.textContent.trim() !== '' && element.getClientRects().length > 0)
  .map((element) => {
    const isClear = (colour) => colour === 'transparent' || colour.endsWith(', 0)');
    const text = element.textContent.trim().slice(0, 60);
    const style = getComputedStyle(element);
    if (element.namespaceURI.endsWith('/svg')) {
      const shape = element.parentElement.querySelector('.shape');
      return { text, colour: style.fill, ground: shape === null ? style.stroke : getComputedStyle(shape).fill };
    }
    let behind = element;
    while (behind !== null && isClear(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
    return { text, colour: style.color, ground: behind === null ? 'rgb(255, 255, 255)' : getComputedStyle(behind).backgroundColor };
  })`;

type Rgb = readonly [number, number, number];

/**
 * The contrast of every drawn text that matches, between its computed colour and that of the nearest thing behind it
 * that has one. In pictures that is the shape of the same node, and for a text with an outline its outline.
 */
export async function contrastsOf(page: Page, selector: string): Promise<readonly Contrast[]> {
  const found = await page.evaluate<readonly Omit<Contrast, 'ratio'>[]>(
    `(${pairsInPage})(${JSON.stringify(selector)})`,
  );
  return found.map((each) => ({ ...each, ratio: Math.round(ratioOf(rgb(each.colour), rgb(each.ground)) * 100) / 100 }));
}

function rgb(colour: string): Rgb {
  const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return [red, green, blue];
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function ratioOf(one: Rgb, other: Rgb): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((first, second) => first - second);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: Rgb): number {
  const [red = 0, green = 0, blue = 0] = colour.map((part) =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
