/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { App } from 'aws-cdk-lib';
import { source as axeSource } from 'axe-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { Look, screenshot, useBrowser } from '../../support/browser';
import { loadExample } from '../../support/example-app';
import { newApp } from '../../support/fleet-app';
import { fleetsStack } from '../../support/fleets-app';
import { galleryStack } from '../../support/gallery-stack';
import { preview, useBuiltCommand } from '../../support/preview-command';
import { useScratchDirectory } from '../../support/scratch-directory';

useBuiltCommand();
const scratch = useScratchDirectory();
const open = useBrowser();

const LOOKS: Record<string, Look> = {
  light: { width: 1400 },
  dark: { width: 1400, theme: 'dark' },
  phone: { width: 390, height: 844 },
};

/** What each page has to draw. The alarm on illegal instructions has no data, and nothing in its frame. */
const PAGES = {
  'minimal-fleet': { charts: 15, widgets: 21, alarms: 3 },
  'complete-fleet': { charts: 28, widgets: 33, alarms: 9 },
  fleets: { charts: 62, widgets: 98, alarms: 10 },
  gallery: { charts: 7, widgets: 13, alarms: 2 },
} as const;
type PageName = keyof typeof PAGES;

async function synthesize(name: PageName): Promise<string> {
  if (name === 'gallery') {
    const app = new App({ outdir: scratch() });
    galleryStack(app);
    return app.synth().directory;
  }
  if (name === 'fleets') {
    const app = newApp();
    fleetsStack(app);
    return app.synth().directory;
  }
  const app = await loadExample(name, { account: '123456789012', region: 'us-east-1' });
  return app.synth().directory;
}

describe.each(Object.keys(PAGES) as PageName[])('the page of %s', (name) => {
  let file: string;
  beforeAll(async () => {
    const { status, stdout, stderr } = preview(await synthesize(name), '--json');
    expect([status, stderr.replace(/.*SEARCH.*\n/, '')]).toEqual([0, '']);
    file = JSON.parse(stdout).output as string;
  });

  describe.each(Object.keys(LOOKS))('%s', (look) => {
    test('asks for nothing, complains of nothing, and draws every widget in its frame', async () => {
      const { page, requests, complaints } = await open(file, LOOKS[look]);
      await screenshot(page, `${name}-${look}`);
      expect([requests, complaints]).toEqual([[], []]);
      const seen = await page.evaluate(() => {
        const widgets = [...document.querySelectorAll<HTMLElement>('.dashboard > .widget')];
        // A canvas that nothing was drawn on has one colour.
        const isDrawn = (canvas: HTMLCanvasElement) =>
          new Set(new Uint32Array(canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height).data.buffer))
            .size > 3;
        return {
          charts: [...document.querySelectorAll<HTMLCanvasElement>('.chart canvas')].filter(isDrawn).length,
          widgets: widgets.filter(({ offsetWidth, offsetHeight }) => offsetWidth > 80 && offsetHeight > 40).length,
          alarms: document.querySelectorAll('.alarms > .widget').length,
          // What is cut off sideways: a label, a number, a legend.
          cut: [
            ...document.querySelectorAll<HTMLElement>('h3, .legend li, .number, .axis-labels, .markdown, .bar-value'),
          ]
            .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
            .map(({ textContent }) => textContent),
          sidewaysScroll: document.documentElement.scrollWidth - window.innerWidth,
        };
      });
      expect(seen).toEqual({ ...PAGES[name], cut: [], sidewaysScroll: 0 });
      await page.close();
    });

    test('passes the checks of axe', async () => {
      const { page } = await open(file, LOOKS[look]);
      // Injected by the debugging protocol, which the page's policy does not bind.
      await page.evaluate(axeSource);
      const violations = await page.evaluate(async () => {
        const { axe } = window as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        const found = await axe.run();
        return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)}`);
      });
      expect(violations).toEqual([]);
      await page.close();
    });
  });

  test('changes its theme by the button, and the charts with it', async () => {
    const { page } = await open(file, LOOKS.light);
    const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
    const canvas = () => page.evaluate(() => document.querySelector<HTMLCanvasElement>('.chart canvas')!.toDataURL());
    const before = await canvas();
    expect(await theme()).toBe('light');
    await page.click('#theme');
    expect(await theme()).toBe('dark');
    await page.waitForFunction(
      (old) => document.querySelector('canvas')!.toDataURL() !== old,
      { timeout: 5000 },
      before,
    );
    expect(await page.evaluate(() => document.querySelector('#theme')!.getAttribute('aria-pressed'))).toBe('true');
    await page.close();
  });

  test('tells values by keys and by the mouse', async () => {
    const { page } = await open(file, LOOKS.light);
    const tooltip = () =>
      page.evaluate(() => document.querySelector<HTMLElement>('.chart .tooltip:not([hidden])')?.innerText ?? '');
    await page.focus('.chart');
    expect(await tooltip()).toBe('');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowLeft');
    await page.waitForSelector('.chart .tooltip:not([hidden])', { timeout: 5000 });
    const last = await tooltip();
    expect(last).toMatch(/^2026-11-23 00:\d\d UTC\n/);
    await page.keyboard.press('Home');
    await page.waitForFunction(
      (old) => document.querySelector<HTMLElement>('.chart .tooltip:not([hidden])')?.innerText !== old,
      { timeout: 5000 },
      last,
    );
    expect(await tooltip()).toMatch(/^2026-11-22 /);
    await page.keyboard.press('Escape');
    await page.waitForFunction(() => !document.querySelector('.chart .tooltip:not([hidden])'), { timeout: 5000 });
    await page.hover('.chart');
    await page.waitForSelector('.chart .tooltip:not([hidden])', { timeout: 5000 });
    expect(await tooltip()).toContain('2026-11-22');
    await page.close();
  });
});

test('the policy holds: markup that would run or fetch something does not', async () => {
  const { stdout } = preview(await synthesize('gallery'));
  const { page, complaints } = await open(stdout.trim(), LOOKS.light);
  const answered: string[] = [];
  const failed: string[] = [];
  page.on('response', (response) => void answered.push(response.url()));
  page.on('requestfailed', (request) => void failed.push(request.url()));
  await page.evaluate(() => {
    const image = document.createElement('img');
    image.src = 'https://example.com/pixel.png';
    const script = document.createElement('script');
    script.textContent = 'document.title = "broken in"';
    document.body.append(image, script);
    return new Promise((resolve) => image.addEventListener('error', resolve));
  });
  expect(await page.title()).toBe('Dashboard preview');
  expect(complaints.filter((text) => text.includes('Content Security Policy'))).toHaveLength(2);
  expect([answered, failed]).toEqual([[], ['https://example.com/pixel.png']]);
  await page.close();
});
