import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import axe from 'axe-core';
import { chromium, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { missPart } from './parts.js';

/** Headless, with nothing of its own to say to anybody. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const program = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'chromium'))
  .find(isProgram);

/**
 * Defines what is looked at in a browser. Where there is none it is skipped, which the suite's count says, and why;
 * where the run has to have it, that is a failure.
 */
export function whereBrowser(define: () => void): void {
  const trouble = 'no chromium on PATH: apt-get install chromium';
  if (program !== undefined) define();
  else missPart('browser', trouble);
}

/** A browser that nobody used before; it leaves nothing behind. */
export async function withBrowser(
  options: BrowserContextOptions,
  use: (context: BrowserContext) => Promise<void>,
): Promise<void> {
  const profile = mkdtempSync(join(tmpdir(), 'nc-browser-'));
  try {
    const context = await chromium.launchPersistentContext(profile, {
      ...options,
      executablePath: program ?? 'chromium',
      args: ARGUMENTS,
    });
    try {
      await use(context);
    } catch (error) {
      throw new Error(`${String(error)}\n\nThe pages then:\n${await textsOf(context)}`, { cause: error });
    } finally {
      await context.close();
    }
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** What all pages of a browser say: why a wait was in vain is often there. */
async function textsOf(context: BrowserContext): Promise<string> {
  const texts = context.pages().map(async (page) => {
    const text = await page.evaluate<string>('document.body.innerText').catch(String);
    return `${page.url()}\n${text}`;
  });
  return (await Promise.all(texts)).join('\n\n');
}

/** What axe finds wrong, in words. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate<readonly string[]>(
    'axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)))',
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
