import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { makePage } from '../../src/page/page.ts';
import { PageRecorder } from '../../src/page/recorder.ts';
import { LabFolder, sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { NO_BROWSER, TestBrowser } from './browser.ts';
import { judgementOf } from './judgements.ts';

const folder = temporaryFolder();
const lab = new LabFolder(folder);
const browser = new TestBrowser();
/** What would run if any of these texts were taken for markup. */
const EVIL = `</script><img src=x onerror="document.title='broken out'"><!-- ' " &`;

const scenario = lab.write(
  {
    description: EVIL,
    faults: [{ at: 'steady+200ms', kill: 'peer-2', restart: '300ms' }],
    expect: ['requests.wrong == 0', 'requests.due >= 1000000', 'steady.latency.max <= 1us'],
  },
  'evil.yaml',
);
const file = join(folder, 'page.html');
const url = pathToFileURL(file).href;

test('a run writes a page, which stands for itself', async () => {
  const args = ['run', scenario, '--runner', 'virtual', '--quiet', '--html', file];
  const { code, stderr } = await sim(args);
  expect([code, stderr]).toEqual([1, '']);
  const html = readFileSync(file, 'utf8');
  expect(html.length).toBeLessThan(1_500_000);
  // Nothing is fetched: there is no address but the names of SVG and those in licences.
  const outside = html.match(/\b(src|href)=["']?https?:[^"' >]*/g);
  expect(outside).toBeNull();
  expect(html).toMatch(/<meta http-equiv="Content-Security-Policy" content="default-src 'none'; /);
  const texts = [EVIL, 'Copyright (c) 2022 Leon Sorokin', 'Mike Bostock'];
  expect(texts.map((text) => html.includes(text))).toEqual([false, true, true]);
});

test('a trace becomes a page, too, which says what it does not know', async () => {
  const trace = join(folder, 'run.trace');
  const html = join(folder, 'trace.html');
  await sim(['run', scenario, '--runner', 'virtual', '--quiet', '--trace', trace]);
  expect(await sim(['replay', trace, '--html', html])).toEqual({
    ...{ code: 0, stdout: `Written: ${html}\n`, stderr: '' },
  });
  if (NO_BROWSER !== null) return;
  const page = await browser.open(pathToFileURL(html).href);
  expect(await page.locator('h1 .verdict').textContent()).toBe('NOT JUDGED');
  expect(await page.locator('#about li').first().textContent()).toContain('made from a trace');
  expect(await page.locator('#peers tbody th').allTextContents()).toEqual([
    'peer-1',
    'peer-2',
    'peer-3',
  ]);
});

test.each([
  [['--from', '1s'], '--html has all of a trace: leave --from out.'],
  [['--mermaid'], '--html has all of a trace: leave --mermaid out.'],
])('a page of a trace with %j is refused', async (more, why) => {
  const { code, stderr } = await sim(['replay', scenario, '--html', file, ...more]);
  expect([code, stderr]).toEqual([2, `sim: ${why}\n`]);
});

test('several runs write several pages', async () => {
  const many = lab.write({ matrix: { seed: [1, 2] }, name: 'two' }, 'two.yaml');
  const html = join(folder, 'cell.html');
  const args = ['run', many, '--runner', 'virtual', '--quiet', '--html', html];
  expect(await sim(args)).toMatchObject({ code: 0 });
  for (const cell of [1, 2]) {
    expect(readFileSync(join(folder, `cell.${cell}.html`), 'utf8')).toContain('<title>pass: two');
  }
});

describe.skipIf(NO_BROWSER !== null)(
  `in a browser${NO_BROWSER === null ? '' : `: ${NO_BROWSER}`}`,
  () => {
    test('texts from outside are texts, and nothing is asked of anybody', async () => {
      const names = {
        ...{
          scenario: EVIL,
          seed: 1,
          phases: [{ name: EVIL, isMeasured: true, plannedUs: null }],
          groups: [EVIL],
        },
        ...{ peers: [{ name: EVIL, group: 0 }], images: [EVIL], faults: [] },
      };
      const recorder = new PageRecorder(names);
      recorder.judged(judgementOf(0, { class: 'wrong', why: EVIL }));
      const sources = [{ path: EVIL, text: EVIL }];
      const evil = join(folder, 'evil.html');
      writeFileSync(evil, await makePage(recorder, { runner: EVIL, result: null, sources }));
      const page = await browser.page();
      const asked: string[] = [];
      page.on('request', (request) => asked.push(request.url()));
      await page.goto(pathToFileURL(evil).href);
      await page.waitForSelector('html[data-ready]');
      expect(await page.title()).toBe(EVIL);
      expect(await page.locator('h1 .name').textContent()).toBe(EVIL);
      expect(await page.locator('.source code').textContent()).toBe(EVIL);
      expect(await page.locator('img').count()).toBe(0);
      expect(asked).toEqual([pathToFileURL(evil).href]);
      expect(browser.problems).toEqual([]);
    });

    test('the page tells how the run ended, and why', async () => {
      const page = await browser.open(url);
      expect(await page.locator('h1 .verdict').textContent()).toBe('FAIL');
      expect(await page.locator('.reasons').textContent()).toContain('requests.due >= 1000000');
      const outcome = page.locator('#outcome');
      await outcome.getByText('✗ failed').first().waitFor();
      expect(await outcome.locator('table').allTextContents()).toEqual([
        expect.stringContaining('✓ held'),
        expect.stringContaining('steady'),
        expect.stringContaining('kill peer-2'),
      ]);
    });

    test('a page that failed says since when, which requests tell most, and how to repeat it', async () => {
      const page = await browser.open(url);
      const head = page.locator('header.summary');
      expect(await head.locator('.reasons').textContent()).toMatch(
        /expected steady\.latency\.max <= 1us, measured [^,]+, broken since .*\(steady \+ /,
      );
      expect(await head.locator('.telling li').first().textContent()).toMatch(
        /^(slow|failed) request \d+: peer-\d asked for /,
      );
      expect(await head.locator('.repeat code').textContent()).toMatch(
        /sim -- run \S+evil\.yaml --runner virtual --seed 1$/,
      );
    });

    test('charts are drawn, and are tables for those who do not see them', async () => {
      const page = await browser.open(url);
      const charts = page.locator('.chart');
      expect(await charts.count()).toBe(6);
      for (const chart of await charts.all()) {
        expect(await chart.locator('[role=img]').getAttribute('aria-label')).toMatch(/\.$/);
        expect(await chart.locator('canvas').evaluate(isPainted)).toBe(true);
      }
      await charts.first().getByText('As a table').click();
      await charts.first().locator('tbody tr').nth(5).waitFor();
    });

    test('peers can be looked for and sorted', async () => {
      const page = await browser.open(url);
      const peers = page.locator('#peers');
      const names = peers.locator('tbody tr:not(.space) th');
      expect(await names.allTextContents()).toEqual(['peer-1', 'peer-2', 'peer-3']);
      await peers.getByRole('button', { name: 'peer', exact: true }).click();
      await peers.getByRole('button', { name: 'peer', exact: true }).click();
      expect(await names.allTextContents()).toEqual(['peer-3', 'peer-2', 'peer-1']);
      await peers.getByLabel('Name or address').fill('EER-2');
      expect(await names.allTextContents()).toEqual(['peer-2']);
      expect(await peers.locator('output').textContent()).toBe('1 of 3 peers');
    });

    test('requests can be filtered, and one can be followed with the keyboard', async () => {
      const page = await browser.open(url);
      const requests = page.locator('#requests');
      await requests.getByLabel('Came out').selectOption('wrong');
      expect(await requests.locator('output').textContent()).toMatch(/^0 of \d\d requests$/);
      await requests.getByLabel('Came out').selectOption('');
      await requests.getByLabel('Number, peer or image').fill('dog.png');
      expect(new Set(await requests.locator('tbody td:nth-child(4)').allTextContents())).toEqual(
        new Set(['dog.png']),
      );
      const buttons = requests.locator('tbody button');
      await buttons.first().focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const number = await buttons.nth(1).textContent();
      const course = requests.locator('.sequence');
      expect(await course.locator('h3').textContent()).toBe(`The course of request ${number}`);
      expect(await course.locator('li').first().textContent()).toMatch(
        /^peer-\d wants dog.png at [\d.]+ s\.$/,
      );
    });

    test('the network can be looked at for any moment, and played', async () => {
      const page = await browser.open(url);
      const network = page.locator('#network');
      await network.scrollIntoViewIfNeeded();
      await page.waitForSelector('.network[data-laid-out]');
      const told = network.locator('.told');
      const slider = network.getByLabel('Moment');
      expect(await told.textContent()).toMatch(
        /^At [\d.]+ s: 3 of 3 peers up, [46] links known, 0 images on the way\.$/,
      );
      await slider.fill('0');
      expect(await told.textContent()).toMatch(/^At 0.000 s: /);
      // peer-2 is killed 200 ms after the start of the second phase and restarts 300 ms later.
      const downAt = await downMoment(page);
      await slider.fill(String(downAt));
      expect(await told.textContent()).toMatch(/2 of 3 peers up/);
      await network.getByLabel('Peer', { exact: true }).fill('peer-2');
      expect(await told.textContent()).toMatch(/ peer-2 is down and knows 0 others\.$/);
      await network.getByLabel('Speed').selectOption('0');
      await network.getByRole('button', { name: 'Play' }).click();
      await network.getByRole('button', { name: 'Pause' }).waitFor();
      await network.getByRole('button', { name: 'Play' }).waitFor();
      expect(await told.textContent()).toMatch(/3 of 3 peers up/);
      expect(await network.locator('canvas').last().evaluate(isPainted)).toBe(true);
    });

    test('the scenario shows its expectations where they stand', async () => {
      const page = await browser.open(url);
      const marked = page.locator('#scenario li.marked');
      expect(await marked.count()).toBe(1);
      expect(await marked.textContent()).toContain('✗ failed');
    });

    test.each(['light', 'dark'] as const)('nothing keeps anybody out, %s', async (colorScheme) => {
      const page = await browser.open(url, { colorScheme, bypassCSP: true });
      await page.locator('.chart details').first().locator('summary').click();
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<{ violations: { id: string; impact: string }[] }>(
        'axe.run()',
      );
      expect(violations.map(({ id, impact }) => `${impact}: ${id}`)).toEqual([]);
    });

    test('a narrow window scrolls tables, not the page', async () => {
      const page = await browser.open(url, { viewport: { width: 360, height: 700 } });
      const { scrollWidth, clientWidth } = await page.evaluate<Record<string, number>>(
        '({ scrollWidth: document.documentElement.scrollWidth, clientWidth: document.documentElement.clientWidth })',
      );
      expect(scrollWidth).toBe(clientWidth);
    });

    test('a page whose data is damaged says so', async () => {
      const broken = join(folder, 'broken.html');
      writeFileSync(
        broken,
        readFileSync(file, 'utf8').replace(/(id="data">.{40}).{20}/, '$1AAAAAAAAAAAAAAAAAAAA'),
      );
      const page = await browser.page();
      await page.goto(pathToFileURL(broken).href);
      expect(await page.getByRole('alert').textContent()).toMatch(/^This page cannot be shown: /);
    });
  },
);

/** A step of the network's slider at which the killed peer is down, out of the table of faults. */
async function downMoment(page: Page): Promise<number> {
  const fault = await page.locator('#outcome tr', { hasText: 'kill peer-2' }).textContent();
  const facts = await page.locator('.facts').textContent();
  const atMs = Number(/([\d.]+) s/.exec(fault!)![1]) * 1_000;
  const [, length, unit] = /([\d.]+) (m?s) of the run/.exec(facts!)!;
  return Math.ceil(((atMs + 60) / (Number(length) * (unit === 's' ? 1_000 : 1))) * 1_000);
}

/** Whether anything is drawn on a canvas; runs in the browser. */
function isPainted(canvas: unknown): boolean {
  const { width, height, getContext } = canvas as {
    width: number;
    height: number;
    getContext(kind: '2d'): { getImageData(...area: number[]): { data: Uint8ClampedArray } };
  };
  const context = getContext.call(canvas, '2d') as ReturnType<typeof getContext>;
  return context.getImageData(0, 0, width, height).data.some((value) => value !== 0);
}
