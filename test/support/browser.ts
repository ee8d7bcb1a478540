import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer, { Browser, Page } from 'puppeteer-core';
import { afterAll, beforeAll } from 'vitest';
import { BROWSERS } from '../../scripts/toolchain';

const SCREENSHOTS = path.join(__dirname, '..', '..', 'screenshots');

/** A page in a browser, and what happened while it loaded. */
export interface OpenedPage {
  readonly page: Page;
  /** Addresses that the page asked for, beside its own file. */
  readonly requests: readonly string[];
  /** Errors and warnings on the console, and exceptions. */
  readonly complaints: readonly string[];
}

/** How a page is looked at. */
export interface Look {
  readonly width: number;
  readonly height?: number;
  readonly theme?: 'light' | 'dark';
}

/**
 * Headless Chromium for the tests of a file.
 *
 * @returns opens a file, at a width and with the system's theme
 */
export function useBrowser(): (file: string, look: Look) => Promise<OpenedPage> {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await puppeteer.launch({
      executablePath: browserPath(),
      // As root, as in a container, its sandbox cannot be had; the pages are ours.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    });
  }, 60_000);
  afterAll(() => browser?.close());
  return async (file, { width, height = 1000, theme = 'light' }) => {
    const page = await browser!.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    const address = pathToFileURL(file).href;
    page.on('request', (request) => void (request.url() === address || requests.push(request.url())));
    page.on('console', (message) => void (message.type() === 'log' || complaints.push(message.text())));
    page.on('pageerror', (error) => void complaints.push(String(error)));
    await page.setViewport({ width, height });
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: theme }]);
    await page.goto(address, { waitUntil: 'load' });
    return { page, requests, complaints };
  };
}

/** Leaves a picture of the whole page behind, to be looked at. */
export async function screenshot(page: Page, name: string): Promise<void> {
  fs.mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: path.join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Where Chromium is: under the name that the distribution or its maker gave it. */
function browserPath(): string {
  const directories = (process.env.PATH ?? '').split(path.delimiter);
  const found = BROWSERS.flatMap((name) => directories.map((directory) => path.join(directory, name))).find(
    fs.existsSync,
  );
  if (found === undefined) {
    throw new Error('no Chromium on the PATH: npm test installs it where it can, else install the package chromium');
  }
  return found;
}
