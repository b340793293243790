import { get } from 'node:http';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { LivePage } from '../../src/page/live-page.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { LabFolder, sim, startSim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { PASSING } from '../report/results.ts';
import { NO_BROWSER, TestBrowser } from './browser.ts';
import { judgementOf } from './judgements.ts';

const lab = new LabFolder(temporaryFolder());
const browser = new TestBrowser();

/** A run that lasts until it is interrupted or the minutes are over. */
const long = lab.write(
  {
    phases: [
      { name: 'discover', until: 'discovered', within: '20s' },
      { name: 'steady', for: '300s', requests: { rate: '30/s' } },
    ],
    faults: [{ at: 'steady+200ms', kill: 'peer-2', restart: '300ms' }],
    timeout: '400s',
  },
  'long.yaml',
);

/** Starts a run that is watched; resolves when it has said where. */
async function startWatched(args: readonly string[]): Promise<{
  readonly run: ReturnType<typeof startSim>;
  readonly address: string;
}> {
  const run = startSim(['run', ...args, '--watch']);
  const address = await new Promise<string>((resolve, reject) => {
    run.child.stderr!.on('data', (text: string) => {
      const found = /Watch it at (\S+)/.exec(text);
      if (found !== null) resolve(found[1]!);
    });
    run.child.once('close', (code) => reject(new Error(`it ended with ${code}`)));
  });
  return { run, address };
}

/** Waits until the page shows more answers than that, and says how many. */
async function answersAfter(page: Page, count: number): Promise<number> {
  const figure = page.locator('.figures div', { hasText: 'correct' }).locator('dd');
  await expect
    .poll(async () => Number(await figure.textContent()), { timeout: 20_000 })
    .toBeGreaterThan(count);
  return Number(await figure.textContent());
}

describe.skipIf(NO_BROWSER !== null)(
  `in a browser${NO_BROWSER === null ? '' : `: ${NO_BROWSER}`}`,
  () => {
    test('a page fills while the run goes on, and is the finished one after it', async () => {
      const { run, address } = await startWatched([long]);
      const page = await browser.open(address);
      expect(await page.locator('h1 .verdict').textContent()).toBe('RUNNING');
      expect(await page.title()).toBe('RUNNING: tiny');
      const before = await answersAfter(page, 0);
      await answersAfter(page, before);
      expect(await page.locator('.facts').textContent()).toContain('phase steady (2 of 2)');
      await page.locator('#outcome').getByText('kill peer-2').waitFor();
      expect(await page.locator('#peers tbody tr:not(.space) th').allTextContents()).toEqual([
        ...['peer-1', 'peer-2', 'peer-3'],
      ]);
      const told = page.locator('.network + .told');
      await expect.poll(async () => await told.textContent()).toContain('3 of 3 peers up');
      // A second one that comes later shows the same.
      const other = await browser.open(address);
      await answersAfter(other, before);
      await page.getByLabel('Name or address').fill('peer-2');
      run.child.kill('SIGINT');
      await page.waitForSelector('html[data-ready=""]');
      expect(await page.locator('h1 .verdict').textContent()).toBe('ERROR');
      expect(await page.locator('.reasons').textContent()).toContain('interrupted');
      expect(await page.locator('#peers output').textContent()).toBe('1 of 3 peers');
      expect(await page.locator('#outcome').textContent()).not.toContain('when the run is over');
      await other.waitForSelector('html[data-ready=""]');
      expect(await run.ended).toMatchObject({ code: 130 });
      expect(await page.locator('.status').textContent()).toBe('');
      expect(browser.problems.filter((one) => !one.includes('ERR_CONNECTION'))).toEqual([]);
    });

    test('who comes after the run sees the finished page, and nobody else is waited for', async () => {
      const plan = makePlan(loadScenario(long), 1);
      const live = await LivePage.open({ plan, runner: 'loopback', port: 0 });
      const running = await browser.open(live.address);
      expect(await running.locator('h1 .verdict').textContent()).toBe('RUNNING');
      live.recording.judged!(judgementOf(0, {}));
      live.finish(PASSING);
      await running.waitForSelector('html[data-ready=""]');
      expect(await running.title()).toBe('pass: tiny');
      const late = await browser.open(live.address);
      expect(await late.locator('h1 .verdict').textContent()).toBe('PASS');
      const { violations } = await axeOn(late);
      expect(violations.filter(({ impact }) => /serious|critical/.test(impact ?? ''))).toEqual([]);
      const deserted = live.untilDeserted(new AbortController().signal);
      await running.close();
      await late.close();
      await deserted;
      expect(live.watchers).toBe(0);
      await live.close();
    });

    test('a run that goes away leaves the page as it was, and the page says so', async () => {
      const { run, address } = await startWatched([long, '--quiet']);
      const page = await browser.open(address);
      run.child.kill('SIGKILL');
      await run.ended;
      await page.getByText('The run cannot be reached any more').waitFor();
      expect(await page.locator('h1 .verdict').textContent()).toBe('RUNNING');
    });
  },
);

async function axeOn(page: Page): Promise<{ violations: { impact?: string | null }[] }> {
  await page.evaluate(axe.source);
  return await page.evaluate('axe.run()');
}

test('a run that nobody looks at ends as any other', async () => {
  const { code, stderr } = await sim(['run', lab.write(), '--runner', 'virtual', '--watch']);
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/^Watch it at http:\/\/127\.0\.0\.1:\d+\/$/m),
  ]);
});

test('the page and its events are there for this machine alone', async () => {
  const { run, address } = await startWatched([long, '--quiet']);
  const statusOf = async (path: string, headers: Record<string, string>): Promise<unknown> =>
    await new Promise((resolve, reject) => {
      get(`${address}${path}`, { headers, agent: false }, (response) => {
        response.destroy();
        resolve([response.statusCode, response.headers['access-control-allow-origin']]);
      }).on('error', reject);
    });
  expect(await statusOf('', { host: 'evil.example' })).toEqual([403, undefined]);
  expect(await statusOf('events', { host: 'evil.example' })).toEqual([403, undefined]);
  expect(await statusOf('events', { origin: 'http://evil.example' })).toEqual([403, undefined]);
  expect(await statusOf('events', {})).toEqual([200, undefined]);
  const { port } = new URL(address);
  const taken = await sim(['run', long, '--watch', '--port', port]);
  expect([taken.code, taken.stderr]).toEqual([
    2,
    `sim: --port ${port}: something else listens there; leave it out for a free one.\n`,
  ]);
  run.child.kill('SIGINT');
  await run.ended;
});

test('while somebody looks a run that is over stays, and has its exit code in the end', async () => {
  const phases = [{ name: 'steady', for: '5s', requests: { rate: '30/s' } }];
  const short = lab.write({ phases, expect: ['requests.due >= 1000000'] }, 'short.yaml');
  const { run, address } = await startWatched([short, '--quiet']);
  const end = await new Promise<() => void>((resolve, reject) => {
    get(`${address}events`, (response) => {
      response.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('event: end\n')) resolve(() => response.destroy());
      });
      response.on('error', () => {});
    }).on('error', reject);
  });
  expect(run.child.exitCode).toBe(null);
  end();
  expect(await run.ended).toMatchObject({ code: 1 });
});

const matrix = lab.write({ matrix: { seed: [1, 2] }, name: 'two' }, 'two.yaml');

test.each([
  [
    [long, matrix, '--watch'],
    '--watch shows one run, and several files are many: leave --watch out.',
  ],
  [
    [matrix, '--watch'],
    '--watch shows one run, and the cells of a matrix are many: choose one with --cell 1.',
  ],
  [
    [long, '--watch', '--repeat', '2'],
    '--watch shows one run, and --repeat is many: leave --watch out.',
  ],
  [
    [long, '--watch', '--seeds', '1..2'],
    '--watch shows one run, and --seeds is many: leave --watch out.',
  ],
  [
    [long, '--watch', '--check-determinism'],
    '--watch shows one run, and --check-determinism is many: leave --watch out.',
  ],
  [
    [long, '--watch', '--runner', 'virtual,loopback'],
    '--watch shows one run, and several runners are many: leave --watch out.',
  ],
  [[long, '--port', '8080'], '--port is the port of a page that shows the run: give --watch, too.'],
])('sim run %j is refused', async (args, why) => {
  expect(await sim(['run', ...args])).toMatchObject({ code: 2, stderr: `sim: ${why}\n` });
});
