import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { afterAll } from 'vitest';

/** Why there is no browser to test with; null: there is one. `REQUIRE_CHROMIUM` makes its absence a failure. */
export const NO_BROWSER: string | null = pathOfChromium() === null ? missing() : null;

/** A browser without a window for the tests of one file; it is started when the first page is wanted. */
export class TestBrowser {
  #browser: Promise<Browser> | undefined;
  /** What pages said of mistakes in them, in order. */
  readonly problems: string[] = [];

  constructor() {
    afterAll(async () => await (await this.#browser)?.close());
  }

  /** An empty page in a context of its own, which may reach nothing but files and loopback. */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    this.#browser ??= chromium.launch({
      executablePath: pathOfChromium()!,
      // The sandbox needs rights that containers do not give; the pages are our own.
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    });
    const context = await (await this.#browser).newContext(options);
    const page = await context.newPage();
    page.on('pageerror', (error) => this.problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
    return page;
  }

  /** A page that has been opened and has shown its run. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const page = await this.page(options);
    await page.goto(url);
    await page.waitForSelector('html[data-ready]', { timeout: 30_000 });
    return page;
  }
}

function missing(): string {
  if (process.env['REQUIRE_CHROMIUM'])
    throw new Error('REQUIRE_CHROMIUM, but there is no chromium.');
  return 'there is no chromium on this machine';
}

function pathOfChromium(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const paths = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return paths.find(isProgram) ?? null;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
