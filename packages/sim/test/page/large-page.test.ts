import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { makePage } from '../../src/page/page.ts';
import { PageRecorder } from '../../src/page/recorder.ts';
import { Random } from '../../src/random/random.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { NO_BROWSER, TestBrowser } from './browser.ts';
import { judgementOf } from './judgements.ts';

const PEERS = 1_000;
const REQUESTS = 100_000;
const file = join(temporaryFolder(), 'large.html');
const browser = new TestBrowser();

/** A run as dense as a real one: nothing in it can be told from anything else in it. */
function recorded(): PageRecorder {
  const random = Random.fromSeed(1);
  const recorder = new PageRecorder({
    ...{ scenario: 'large', seed: 1, groups: ['peer'], faults: [] },
    phases: [{ name: 'steady', isMeasured: true, plannedUs: null }],
    peers: Array.from({ length: PEERS }, (_, i) => ({ name: `peer-${i + 1}`, group: 0 })),
    images: Array.from({ length: 300 }, (_, i) => `image-${i}.png`),
  });
  for (let peer = 0; peer < PEERS; peer++) {
    recorder.write({ kind: 'peer-up', atUs: peer, peer, address: '10.0.0.1:9000', hasFiles: true });
  }
  for (let i = 0; i < 30 * PEERS; i++) {
    const [peer, other] = [random.below(PEERS), random.below(PEERS)];
    recorder.write({ kind: 'reached', atUs: i * 100, peer, other });
  }
  for (let request = 0; request < REQUESTS; request++) {
    const judgement = judgementOf(request, {
      atUs: request * 1_000 + random.below(1_000),
      tookUs: 1_000 + random.below(100_000),
      peer: random.below(PEERS),
      image: random.below(300),
      asked: 1 + random.below(6),
      ...(request % 500 === 0 && { class: 'failed', why: 'nobody answered' }),
    });
    recorder.write(judgement.due);
    recorder.judged(judgement);
    recorder.endUs = judgement.due.atUs;
  }
  return recorder;
}

test('a page of 1,000 peers and 100,000 requests stays below 1.5 MB', async () => {
  const html = await makePage(recorded(), { runner: 'virtual', result: null, sources: [] });
  writeFileSync(file, html);
  expect(html.length).toBeLessThan(1_500_000);
}, 120_000);

describe.skipIf(NO_BROWSER !== null)('in a browser', () => {
  test('it opens with less than two seconds of work, and scrolls through all requests', async () => {
    const page = await browser.page();
    const metrics = await page.context().newCDPSession(page);
    await metrics.send('Performance.enable');
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('html[data-ready]');
    const { metrics: all } = await metrics.send('Performance.getMetrics');
    const work = all.find(({ name }) => name === 'TaskDuration')!.value;
    expect(work).toBeLessThan(2);
    const requests = page.locator('#requests');
    expect(await requests.locator('output').textContent()).toBe('100,000 of 100,000 requests');
    await requests.locator('.window').evaluate(scrollToEnd);
    await requests.getByRole('button', { name: '99999', exact: true }).waitFor();
    expect(await requests.locator('tbody tr').count()).toBeLessThan(100);
    expect(browser.problems).toEqual([]);
  });

  test('it stays usable while the network is laid out', async () => {
    const page = await browser.page();
    const metrics = await page.context().newCDPSession(page);
    await metrics.send('Performance.enable');
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('html[data-ready]');
    await page.locator('#network').scrollIntoViewIfNeeded();
    await page.locator('[data-laid-out]').waitFor();
    const { metrics: all } = await metrics.send('Performance.getMetrics');
    const work = all.find(({ name }) => name === 'TaskDuration')!.value;
    // Drawn after every turn it would be 20 s.
    expect(work).toBeLessThan(8);
  });
});

/** Runs in the browser. */
function scrollToEnd(element: unknown): void {
  const box = element as { scrollTop: number; readonly scrollHeight: number };
  box.scrollTop = box.scrollHeight;
}
