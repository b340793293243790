import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { pageOfResult } from '../../src/page/from-result.ts';
import { servePage } from '../../src/page/page-server.ts';
import { sim, startSim } from '../lab.ts';
import { FAILING } from '../report/results.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { NO_BROWSER, TestBrowser } from './browser.ts';

const file = join(temporaryFolder(), 'page.html');
const browser = new TestBrowser();
writeFileSync(file, '<!doctype html>\nä');

/** The status and the text of an answer to a request with that Host header. */
async function ask(
  address: string,
  options: { host?: string; method?: string } = {},
): Promise<unknown> {
  const { method = 'GET', host } = options;
  return await new Promise((resolve, reject) => {
    const headers = host === undefined ? {} : { host };
    const asked = request(address, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve([response.statusCode, text]));
    });
    asked.on('error', reject).end();
  });
}

test('a page is served to this machine alone, by its own names', async () => {
  const page = await servePage('<p>ä</p>');
  const { port } = new URL(page.address);
  expect(page.address).toBe(`http://127.0.0.1:${port}/`);
  expect(await ask(page.address)).toEqual([200, '<p>ä</p>']);
  expect(await ask(page.address, { host: `localhost:${port}` })).toEqual([200, '<p>ä</p>']);
  expect(await ask(page.address, { host: 'evil.example' })).toEqual([403, '']);
  expect(await ask(`${page.address}other`)).toEqual([404, '']);
  expect(await ask(page.address, { method: 'POST' })).toEqual([405, '']);
  await page.close();
  await expect(ask(page.address)).rejects.toThrow('ECONNREFUSED');
});

test.each([
  ['a page', file],
  ['the page of a bundle', join(file, '..')],
])('sim open shows %s until it is interrupted', async (_, path) => {
  const { child, ended } = startSim(['open', path]);
  const address = await new Promise<string>((resolve) => {
    child.stdout!.once('data', (text: string) => resolve(/http\S+/.exec(text)![0]));
  });
  expect(await ask(address)).toEqual([200, '<!doctype html>\nä']);
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 0 });
});

test('sim open refuses what is neither a page nor a trace', async () => {
  const { code, stderr } = await sim(['open', join(file, '..', 'none.html')]);
  expect([code, stderr.includes('cannot be read: there is no such file.')]).toEqual([2, true]);
  const result = join(file, '..', 'result.json');
  writeFileSync(result, '{"version": 1}\n');
  expect((await sim(['open', result])).stderr).toContain('is no result that this version of sim');
  const text = join(file, '..', 'text.txt');
  writeFileSync(text, 'hello\n');
  expect((await sim(['open', text])).stderr).toContain(
    'Neither a page (--html) nor a result (--json) nor a trace',
  );
});

test.skipIf(NO_BROWSER !== null)(
  'a page of a result shows what that holds, and says what not',
  async () => {
    const page = await servePage(await pageOfResult(FAILING));
    const shown = await browser.open(page.address);
    expect(await shown.locator('h1 .verdict').textContent()).toBe('FAIL');
    expect(await shown.locator('.reasons li').allTextContents()).toEqual(FAILING.reasons);
    const peers = shown.locator('#peers');
    expect(await peers.locator('output').textContent()).toBe(
      `${FAILING.perPeer.length} of 10 peers`,
    );
    const named = new Set(
      [...FAILING.tellingRequests, ...FAILING.badRequests].map(({ request }) => request),
    );
    expect(await shown.locator('#requests output').textContent()).toContain(`of ${named.size} `);
    expect(await shown.locator('#network').textContent()).toContain('no record of the network');
    expect(await shown.locator('.chart:visible').count()).toBe(4);
    expect(await shown.locator('#latency tbody tr').allTextContents()).toContain('99%18 ms');
    expect(await shown.locator('#about').textContent()).toContain('made from a result');
    expect(browser.problems).toEqual([]);
    await page.close();
  },
);
