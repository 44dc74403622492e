import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { htmlReport } from '../../src/report/html/html.js';
import { replayOf, type Tested } from '../../src/view/recordings-file.js';
import { aRecordedTest, largeNetwork } from '../support/a-recorded-test.js';
import { axeFindings, whereBrowser, withBrowser } from '../support/browser.js';
import { start } from '../support/lab-cli.js';
import { sandboxForFile } from '../support/sandbox.js';

/* A report that came by mail: its failure is scrubbed through, without a network and without a lab. */

const sandbox = sandboxForFile();
const hostile = '</script><script>globalThis.broken = true</script>';
const small = `
name: small
title: ${JSON.stringify(hostile)}
nodes:
  client1: {kind: host}
  router1: {kind: router}
  router2: {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router1, server-a]
  - [router2, server-b]
anycast: {dns: {addresses: [192.0.2.53], instances: [server-a, server-b]}}
scenario: [{fail: server-a}, {restore: server-a}]
`;

/** Writes a report into a folder of its own. */
async function reportOf(t: ExecutionContext, ...tests: readonly Tested[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'nc-replay-'));
  t.teardown(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = join(folder, 'report.html');
  writeFileSync(
    file,
    htmlReport(
      tests.map(({ report }) => report),
      undefined,
      await replayOf(tests),
    ),
  );
  return file;
}

/** What lies over the report. */
const shownIn = (page: Page) => page.locator('dialog.replay');
const client = (page: Page, colour: string) => shownIn(page).locator(`g[data-node="client1"].answered.${colour}`);

/** Looks at a moment, as who drags the slider does. */
const scrubTo = (page: Page, share: number) =>
  page.locator('input[type=range]').evaluate((slider, at) => {
    const input = slider as unknown as { min: string; max: string; value: string; dispatchEvent(event: Event): void };
    input.value = String(Number(input.min) + at * (Number(input.max) - Number(input.min)));
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }, share);

whereBrowser(() => {
  test('a report plays each of its steps again, in one file: before the failure, in it, after it', async (t) => {
    t.timeout(60_000);
    const file = await reportOf(t, aRecordedTest(small));
    await withBrowser({ viewport: { width: 1200, height: 800 } }, async (context) => {
      const page = await context.newPage();
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on('request', (asked) => requests.push(asked.url()));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(pathToFileURL(file).href);
      await page.getByRole('button', { name: 'Replay' }).first().click();
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await page.getByRole('button', { name: 'Pause' }).click();
      t.is(await shownIn(page).locator('.badge').innerText(), 'recorded');
      t.is(await shownIn(page).locator('.head .title').innerText(), hostile);

      await scrubTo(page, 0);
      await client(page, 'i0').waitFor();
      await scrubTo(page, 0.4);
      await shownIn(page).locator('g[data-node="client1"].unanswered').waitFor();
      await shownIn(page).locator('g[data-node="server-a"].broken').waitFor();
      await scrubTo(page, 0.95);
      await client(page, 'i1').waitFor();
      t.regex(
        await shownIn(page).locator('.step-result').innerText(),
        /fail server-a[^]*client1[^]*server-a\s*→\s*server-b/,
      );
      t.regex(
        await shownIn(page).locator('.expected').innerText(),
        /after fail server-a[^]*saw <b>something else<\/b>/,
      );
      t.deepEqual(await axeFindings(page), []);

      // It plays to its end by itself, and from the next step on server-a answers again.
      await scrubTo(page, 0);
      await page.getByLabel('how fast').selectOption('0.1');
      await page.getByRole('button', { name: 'Play', exact: true }).click();
      await client(page, 'i1').waitFor();
      await page.getByRole('button', { name: 'Play', exact: true }).waitFor();
      await page.getByLabel('step').selectOption({ label: '2 restore server-a' });
      await scrubTo(page, 1);
      await client(page, 'i0').waitFor();
      await page.keyboard.press('Escape');
      await shownIn(page).waitFor({ state: 'hidden' });

      await page.setViewportSize({ width: 390, height: 844 });
      await page.emulateMedia({ colorScheme: 'dark' });
      await page.getByRole('button', { name: 'Replay' }).nth(1).click();
      await client(page, 'i1').waitFor();
      t.is(
        await page.evaluate<number>(`document.body.lastElementChild.shadowRoot.querySelector('dialog').scrollWidth`),
        390,
      );
      await page.getByRole('button', { name: 'Pause' }).click();
      t.deepEqual(await axeFindings(page), [], 'dark, narrow');
      t.is(await page.evaluate<unknown>('globalThis.broken'), undefined);
      t.deepEqual(requests, [pathToFileURL(file).href], 'nothing else is asked for');
      t.deepEqual(complaints, []);
    });
  });

  test('a recorded lab of 500 nodes opens in the view, and pans', async (t) => {
    t.timeout(120_000);
    const file = await reportOf(t, aRecordedTest(small), aRecordedTest(largeNetwork()));
    const view = start(sandbox, ['view', file, '--json'], { deadlineMs: 100_000 });
    t.teardown(() => view.kill('SIGKILL'));
    const [said] = (await once(view.stdout, 'data')) as readonly unknown[];
    const { url, kind } = JSON.parse(String(said)) as { readonly url: string; readonly kind: string };
    t.is(kind, 'recording');
    await withBrowser({ viewport: { width: 1400, height: 860 } }, async (context) => {
      const page = await context.newPage();
      await page.goto(url);
      await page.getByLabel('topology').selectOption({ label: 'large' });
      await page.locator('g[data-node="client399"]').waitFor({ state: 'attached' });
      t.is(await page.locator('g[data-node]').count(), 500);
      t.is(await page.locator('g[data-node].answered').count(), 400);
      const placeOf = () => page.locator('svg.canvas > g').getAttribute('transform');
      const before = await placeOf();
      await page.evaluate(`(() => {
        globalThis.drawn = [];
        const watch = new MutationObserver((all) => globalThis.drawn.push(...all.map(({ attributeName }) => attributeName)));
        watch.observe(document.querySelector('svg.canvas > g'), { attributes: true, childList: true, subtree: true });
      })()`);
      // Where no node is: that would be chosen.
      const [left = 0, top = 0] = await page.evaluate<readonly number[]>(`(() => {
        for (let top = 200; top < 500; top += 10)
          for (let left = 200; left < 500; left += 10) {
            const at = document.elementFromPoint(left, top);
            if (at?.closest('svg.canvas') && !at.closest('[data-node], [data-link]')) return [left, top];
          }
        return [];
      })()`);
      await page.mouse.move(left, top);
      await page.mouse.down();
      await page.mouse.move(left + 200, top + 50, { steps: 5 });
      await page.mouse.up();
      const [x = 0, y = 0] = before?.match(/[-\d.]+/g)?.map(Number) ?? [];
      t.true((await placeOf())?.startsWith(`translate(${String(x + 200)} ${String(y + 50)})`), (await placeOf()) ?? '');
      const drawn = await page.evaluate<readonly string[]>('globalThis.drawn');
      t.deepEqual([...new Set(drawn)], ['transform'], 'what is moved is not drawn again: that would cost frames');
    });
    view.kill('SIGINT');
    t.is((await view).exitCode, 0);
  });
});
