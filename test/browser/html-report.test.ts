import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { htmlReport } from '../../src/report/html/html.js';
import { whereBrowser, withBrowser } from '../support/browser.js';
import { contrastsOf } from '../support/contrast.js';
import { testReports } from '../support/a-test-report.js';

interface Box {
  readonly text: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const views = [
  { name: 'light', colorScheme: 'light', width: 1200 },
  { name: 'dark', colorScheme: 'dark', width: 1200 },
  { name: 'a telephone', colorScheme: 'light', width: 390 },
  { name: 'a telephone in the dark', colorScheme: 'dark', width: 390 },
] as const;

/** What must be seen, each with as many as there are. */
const seen: Readonly<Record<string, readonly string[]>> = {
  h1: ['2 of 9 expectations failed'],
  '.topology > .verdicts .what': [
    'client1 is answered by server-a',
    'after fail server-a, no outage is longer than 250ms',
    'saw 14ms',
    '5 for client2',
  ],
  '.node.instance text': ['server-a', 'server-b', 'server-c'],
  '.node.client text': ['client1', 'client2'],
  '.outage': ['212 ms outage', '430 ms outage', '14 ms outage', '9.9 ms outage'],
  '.caption .chip': ['server-a', 'server-b'],
  '.phases': ['installation\u00A0173\u00A0ms'],
  '.events .what': ['server-a loses power', 'router1 eth3 down'],
  '.untested': ['routing did not converge'],
};

/** What must not cover each other. */
const apart = [
  '.picture:first-of-type .node .shape',
  '#t1-s1 .lane .flow b',
  '#t1-s1 .badge',
  '#t1-s1 .tick',
  '#t1-s3 .badge',
  '#t1-s3 .tick',
  '#t1-s4 .badge',
  '#t1-s4 .tick',
  '.outage',
  '.caption, .phases, .outage, .bar',
  '.topology > .verdicts li',
  '#t1-s1 .events li',
];

/** Text whose contrast is held to WCAG 2.2, 1.4.3: the colours of both schemes, on everything that they stand on. */
const readable =
  'h1, h2, h3, .quiet, .title, nav a, .tally li, .verdicts .word, .verdicts .what, .seen, .to-step, td, th, .chip, .run > span, .outage, .caption, .phases, .tick, .badge, .flow b, .address, .events span, .noise, summary, .untested p, .untested code, .node text, .link .cost, figcaption';

async function boxes(page: Page, selector: string): Promise<readonly Box[]> {
  return page.evaluate<readonly Box[]>(`[...document.querySelectorAll(${JSON.stringify(selector)})].map((element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { text: element.textContent, left, top, right, bottom };
  })`);
}

async function openReport(t: ExecutionContext, page: Page): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nc-report-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = join(folder, 'report.html');
  writeFileSync(file, htmlReport(testReports()));
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.goto(pathToFileURL(file).href, { waitUntil: 'load' });
  t.deepEqual(requests, [pathToFileURL(file).href], 'nothing else is asked for');
  t.deepEqual(complaints, []);
}

function assertSeen(t: ExecutionContext, all: readonly Box[], text: string, width: number): void {
  const found = all.filter((box) => box.text.includes(text));
  t.true(found.length > 0, `${text} is there`);
  for (const { left, top, right, bottom } of found) {
    t.true(
      right - left > 1 && bottom - top > 1 && left >= 0 && top >= 0 && right <= width + 0.5,
      `${text} is on the page: ${JSON.stringify({ left, top, right, bottom })}`,
    );
  }
}

function overlaps(all: readonly Box[]): readonly string[] {
  const drawn = all.filter(({ left, right }) => right > left);
  return drawn.flatMap((one, nth) =>
    drawn
      .slice(nth + 1)
      .filter(
        (other) =>
          one.left + 0.5 < other.right &&
          other.left + 0.5 < one.right &&
          one.top + 0.5 < other.bottom &&
          other.top + 0.5 < one.bottom,
      )
      .map((other) => `"${one.text}" and "${other.text}"`),
  );
}

whereBrowser(() => {
  for (const { name, colorScheme, width } of views) {
    test(`the HTML report in a browser: ${name}`, async (t) => {
      await withBrowser({ colorScheme, viewport: { width, height: 800 } }, async (context) => {
        const page = await context.newPage();
        await openReport(t, page);
        t.is(
          await page.evaluate<number>('document.documentElement.scrollWidth'),
          width,
          'the page is not wider than the screen',
        );
        for (const [selector, texts] of Object.entries(seen)) {
          const found = await boxes(page, selector);
          for (const text of texts) assertSeen(t, found, text, width);
        }
        for (const selector of apart) {
          const found = await boxes(page, selector);
          t.true(found.length > 0, selector);
          t.deepEqual(overlaps(found), [], selector);
        }
        const contrasts = await contrastsOf(page, readable);
        t.true(contrasts.length > 200, String(contrasts.length));
        t.deepEqual(
          contrasts.filter(({ ratio }) => ratio < 4.5),
          [],
        );
      });
    });
  }

  test('the HTML report in a browser: an outage is as long as it was, and a badge leads to its event', async (t) => {
    await withBrowser({ viewport: { width: 1200, height: 800 } }, async (context) => {
      const page = await context.newPage();
      await openReport(t, page);
      const widths = (await boxes(page, '#t1-s1 .gap')).map(({ left, right }) => right - left);
      t.is(widths.length, 2);
      const [short = 0, long = 0] = widths;
      t.true(Math.abs(long / short - 430 / 212) < 0.1, `${String(short)} and ${String(long)} px`);
      await page.locator('#t1-s1 .badge').filter({ hasText: /^5$/ }).click();
      t.regex(await page.locator('.events li:target').innerText(), /withdrawn/);
      const folded = page.locator('#t1-s1 .untouched li').first();
      t.false(await folded.isVisible());
      await page.locator('#t1-s1 .untouched summary').click();
      t.true(await folded.isVisible());
    });
  });
});
