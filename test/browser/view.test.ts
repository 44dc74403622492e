import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Page } from 'playwright-core';
import { pollUntil } from '../../src/support/poll.js';
import { axeFindings, whereBrowser, withBrowser } from '../support/browser.js';
import { ok, run, start } from '../support/lab-cli.js';
import { readPcapng } from '../support/pcapng.js';
import { sandboxForFile } from '../support/sandbox.js';

/* A class, an operator and a telephone look at one lab. What they see is read from the page, as it is drawn. */

const sandbox = sandboxForFile({ atEnd: () => run(sandbox, ['down', '--all']) });
const hostile = '</title><script>globalThis.broken = true</script>';
const network = `
name: stage
title: ${JSON.stringify(hostile)}
nodes:
  client1:  {kind: host}
  router1:  {kind: router}
  router2:  {kind: router}
  router3:  {kind: router}
  server-a: {kind: host}
  server-b: {kind: host}
  server-c: {kind: host}
links:
  - [client1, router1]
  - [router1, router2]
  - [router2, router3]
  - [router1, server-a]
  - [router2, server-b]
  - [router3, server-c]
anycast:
  service: {addresses: [192.0.2.53, "2001:db8:53::53"], instances: [server-a, server-b, server-c]}
`;

/** Starts a view: where it is, and what ends it. */
async function viewOf(t: ExecutionContext, ...flags: readonly string[]) {
  const view = start(sandbox, ['view', 'stage', '--json', ...flags], { deadlineMs: 120_000 });
  t.teardown(() => view.kill('SIGKILL'));
  let said = '';
  view.stdout.on('data', (part: Buffer | string) => (said += String(part)));
  const { held } = await pollUntil(
    () => said,
    (text) => text.includes('\n'),
    { everyMs: 50, deadlineMs: 20_000 },
  );
  t.true(held, said);
  const { url } = JSON.parse(said) as { readonly url: string };
  return { url, view };
}

/** The status of a request that no browser would send. */
async function statusOf(
  url: string,
  headers: Readonly<Record<string, string>>,
  { method = 'GET', body = '' } = {},
): Promise<readonly [status: number | undefined, text: string]> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (response) => {
      let text = '';
      response.on('data', (part: Buffer) => (text += part.toString()));
      response.on('end', () => {
        resolve([response.statusCode, text]);
      });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** A straight line has no width, which a browser driver calls invisible. */
const drawnAt = (page: Page, selector: string) => page.locator(selector).waitFor({ state: 'attached' });

const client = (page: Page, colour: string) => page.locator(`g[data-node="client1"].answered.${colour}`);

whereBrowser(() => {
  test.serial(
    'a lab in the browser: break it, look back, restore it; by one who may, and seen by one who may not',
    async (t) => {
      t.timeout(150_000);
      const file = join(sandbox.folder, 'stage.yml');
      writeFileSync(file, network);
      await ok(t, sandbox, ['up', file]);
      const [mine, theirs] = await Promise.all([viewOf(t), viewOf(t, '--read-only')]);
      const complaints: string[] = [];
      const foreign: string[] = [];
      const watch = (page: Page): void => {
        page.on('console', (message) => complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(error.message));
        page.on('request', (asked) => {
          if (![mine, theirs].some(({ url }) => asked.url().startsWith(url))) foreign.push(asked.url());
        });
      };
      await withBrowser({ viewport: { width: 1400, height: 860 } }, async (context) => {
        t.teardown(() => {
          if (complaints.length > 0) t.log(complaints);
        });
        const page = await context.newPage();
        watch(page);
        await page.goto(mine.url);
        await client(page, 'i0').waitFor();
        t.is(await page.title(), 'stage - nearcast');
        t.is(await page.locator('.title').innerText(), hostile);
        t.is(await page.evaluate<unknown>('globalThis.broken'), undefined);
        t.is(await page.locator('.badge').innerText(), 'live');
        await drawnAt(page, 'g[data-link="3"] .way.i0');

        await page.locator('g[data-node="server-a"]').click();
        await page.locator('.told').waitFor();
        t.regex(await page.locator('.told').innerText(), /2 queries move[^]*client1[^]*server-a\s*→\s*server-b/);
        await drawnAt(page, 'g[data-link="1"] .was.i1');
        t.regex(await page.locator('.command').innerText(), /nearcast fail server-a --how crash --lab stage/);
        t.deepEqual(await axeFindings(page), [], 'light');

        await page.getByRole('button', { name: 'Break it' }).click();
        await client(page, 'i1').waitFor();
        await page.locator('g[data-node="server-a"].broken').waitFor();
        const result = page.locator('.step-result');
        await result.waitFor();
        t.regex(
          await result.innerText(),
          /fail server-a --how crash[^]*client1[^]*server-a\s*→\s*server-b[^]*settled after/,
        );
        await drawnAt(page, 'g[data-link="4"] .way.i1');

        await page.getByRole('button', { name: 'Look at it' }).click();
        await client(page, 'i0').waitFor();
        await page.locator('.badge.past').waitFor();
        await assertListed(t, page);
        await page.getByRole('searchbox').fill('server-b answer');
        await page.locator('.events li').nth(1).waitFor();
        await page.locator('.events button').first().click();
        await client(page, 'i1').waitFor();
        await page.getByRole('button', { name: 'Now' }).click();
        await page.locator('.badge.live').waitFor();

        await page.locator('g[data-node="router1"]').click();
        await page.getByRole('button', { name: 'Look inside' }).click();
        await page.locator('pre').first().waitFor();
        t.regex(await page.locator('pre').first().innerText(), /192\.0\.2\.53 +via router2/);

        await assertTerminal(t, page);
        await assertCapture(t, page);

        // Somebody else looks at the same, on a telephone in the dark, and may not touch it.
        const phone = await context.newPage();
        watch(phone);
        await phone.setViewportSize({ width: 390, height: 844 });
        await phone.emulateMedia({ colorScheme: 'dark' });
        await phone.goto(theirs.url);
        await client(phone, 'i1').waitFor();
        t.is(await phone.locator('.plain-badge').innerText(), 'read-only');
        t.is(await phone.evaluate<number>('document.documentElement.scrollWidth'), 390);
        await phone.locator('g[data-link="1"]').press('Enter');
        // What is chosen stands below the picture, and comes to view.
        const { held } = await pollUntil(
          () => phone.locator('.panel h2').first().boundingBox(),
          (box) => box !== null && box.y > 0 && box.y + box.height < 844,
          { everyMs: 50, deadlineMs: 10_000 },
        );
        t.true(held, 'what is chosen is in sight');
        t.is(await phone.getByRole('button', { name: 'Break it' }).count(), 0);
        for (const name of ['Restore', 'Capture packets', 'Terminal'])
          t.is(await phone.getByRole('button', { name }).count(), 0, name);
        t.deepEqual(await axeFindings(phone), [], 'dark, narrow');

        await page.getByRole('button', { name: 'Restore' }).click();
        await Promise.all([client(page, 'i0').waitFor(), client(phone, 'i0').waitFor()]);

        await assertGuarded(t, mine.url, theirs.url);
        await ok(t, sandbox, ['down', 'stage']);
        await page.locator('.badge.ended').waitFor();
      });
      t.deepEqual(foreign, [], 'nothing is asked of anybody else');
      t.deepEqual(complaints, []);
      mine.view.kill('SIGINT');
      theirs.view.kill('SIGINT');
      const [ended] = await Promise.all([mine.view, theirs.view]);
      t.is(ended.exitCode, 0);
      t.regex(ended.stderr, /stage is gone/);
    },
  );
});

/** The list has been moved to the moment that is shown. */
async function assertListed(t: ExecutionContext, page: Page): Promise<void> {
  const boxOf = (selector: string) => page.locator(selector).boundingBox();
  const { held } = await pollUntil(
    async () => Promise.all([boxOf('.events'), boxOf('.events .now')]),
    ([list, row]) => list !== null && row !== null && row.y >= list.y && row.y + row.height <= list.y + list.height,
    { everyMs: 50, deadlineMs: 10_000 },
  );
  t.true(held, 'the event at the moment that is looked at is in sight');
}

/** A shell of router1 in the page, and no process of it when it is closed. */
async function assertTerminal(t: ExecutionContext, page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Terminal' }).click();
  await page.locator('.xterm-cursor').waitFor({ state: 'attached' });
  const seconds = `86400.${String(process.pid)}`;
  // What it leaves in the background ignores that the terminal hangs up.
  await page.keyboard.type(`nohup sleep ${seconds} > /dev/null &\n`);
  await page.keyboard.type('echo on $(hostname) $(stty size)\n');
  await page
    .locator('.xterm-rows')
    .getByText(/^on router1 \d+ \d+/)
    .waitFor();
  t.deepEqual(await axeFindings(page), [], 'with a terminal');
  t.true(await becomes(() => processesWith(seconds).length === 1), await page.locator('.xterm-rows').innerText());
  await page.keyboard.type('yes\n');
  await page.locator('.xterm-rows').getByText(/^y$/).first().waitFor();
  await page.getByRole('button', { name: 'Close terminal' }).click();
  t.true(await becomes(() => processesWith(seconds).length === 0), 'it ended with its terminal');
}

async function becomes(look: () => boolean): Promise<boolean> {
  return (await pollUntil(look, (is) => is, { everyMs: 50, deadlineMs: 10_000 })).held;
}

/** The numbers of the processes with an argument. */
function processesWith(argument: string): readonly string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').includes(argument);
    } catch {
      return false;
    }
  });
}

/** The packets of a link, as a file that the browser saves. */
async function assertCapture(t: ExecutionContext, page: Page): Promise<void> {
  await page.locator('g[data-link="0"]').press('Enter');
  await page.getByRole('button', { name: 'Capture packets' }).click();
  await page.getByText(/client1:eth1: [1-9]\d* KiB/).waitFor();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Stop and download' }).click(),
  ]);
  t.is(download.suggestedFilename(), 'client1-eth1.pcapng');
  const file = readFileSync(await download.path());
  const { interfaces, packets } = readPcapng(file);
  t.true(packets.length > 0);
  t.deepEqual(
    interfaces.map(({ name }) => name),
    ['client1:eth1'],
  );
}

/** Who does not know the token, or comes by another name or from another page, gets nothing. */
async function assertGuarded(t: ExecutionContext, url: string, readOnly: string): Promise<void> {
  const { origin, host } = new URL(url);
  const step = { method: 'POST', body: JSON.stringify({ action: 'fail', target: 'server-b' }) };
  const refusals = [
    await statusOf(`${origin}/`, {}),
    await statusOf(`${origin}/wrong-token/stream`, {}),
    await statusOf(url, { host: `rebound.example:${new URL(url).port}` }),
    await statusOf(url, { host, origin: 'http://elsewhere.example' }),
    await statusOf(`${url}step`, { host }, step),
    await statusOf(`${url}step`, { host, origin: 'null' }, step),
    await statusOf(`${readOnly}step`, { origin: new URL(readOnly).origin }, step),
    await statusOf(`${url}step`, { origin }, { method: 'POST', body: '{"target": 1}' }),
  ];
  t.deepEqual(
    refusals.map(([status]) => status),
    [403, 403, 421, 403, 403, 403, 400, 400],
  );
  t.regex(refusals[6]?.[1] ?? '', /only shows the lab/);
  const websocket = {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  };
  const terminal = 'terminal?node=router1&program=shell';
  const terminals = [
    await statusOf(`${url}${terminal}`, { ...websocket, host }),
    await statusOf(`${url}${terminal}`, { ...websocket, host, origin: 'http://elsewhere.example' }),
    await statusOf(`${origin}/wrong-token/${terminal}`, { ...websocket, host, origin }),
    await statusOf(`${url}${terminal}`, { ...websocket, host: `rebound.example:${new URL(url).port}`, origin }),
    await statusOf(`${url}stream`, { ...websocket, host, origin }),
    await statusOf(`${readOnly}${terminal}`, { ...websocket, origin: new URL(readOnly).origin }),
    await statusOf(`${readOnly}capture?end=router1:eth1&id=x`, {}),
    await statusOf(`${url}page-..%2Fbin.js`, { host }),
  ];
  t.deepEqual(
    terminals.map(([status]) => status),
    [403, 403, 403, 421, 404, 403, 400, 404],
  );
}
