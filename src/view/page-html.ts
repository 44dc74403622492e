import { palette } from '../picture/colours.js';
import { html } from '../picture/markup.js';
import { round } from '../support/round.js';

/** The page, which loads its script and its style from beside itself. */
export function pageHtml(name: string): string {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${name} - nearcast</title>
<link rel="icon" href="icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="page.css">
<script type="module" src="page.js"></script></head>
<body><div id="view"></div></body></html>
`.text;
}

/** In the tab of the page: three instances of one address. */
export function pageIcon(): string {
  const dots = palette.slice(0, 3).map(({ fill }, nth) => {
    const angle = ((nth * 2 + 1.5) * Math.PI) / 3;
    const [x, y] = [16 + 9 * Math.cos(angle), 16 + 9 * Math.sin(angle)];
    return html`<circle cx="${round(x)}" cy="${round(y)}" r="6.5" fill="${fill}"/>`;
  });
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${dots}</svg>`.text;
}
