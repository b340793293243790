import { get, type IncomingMessage } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { EventFeed } from '../../src/page/event-feed.ts';
import { serveLoopback, type LoopbackServer } from '../../src/page/loopback-server.ts';
import { waitFor } from '../lab.ts';

let server: LoopbackServer | undefined;
afterEach(async () => await server?.close());

/** A feed, and its address. */
async function serve(): Promise<{ feed: EventFeed; address: string }> {
  const feed = new EventFeed();
  server = await serveLoopback(new Map([['/events', feed.answer.bind(feed)]]));
  return { feed, address: `${server.address}events` };
}

/** Asks for events; resolves with the answer, of which nothing has been read yet. */
async function ask(
  address: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    get(address, { headers, agent: false }, resolve).on('error', reject);
  });
}

/** Reads on; what is returned grows by the data of each event. */
function read(response: IncomingMessage): { readonly data: string[]; lastId: string } {
  const heard = { data: [] as string[], lastId: '' };
  let rest = '';
  response.on('error', () => {});
  response.setEncoding('utf8').on('data', (text: string) => {
    const events = (rest + text).split('\n\n');
    rest = events.pop()!;
    for (const event of events) {
      heard.lastId = /^id: (.*)$/m.exec(event)?.[1] ?? heard.lastId;
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data !== undefined) heard.data.push(data);
    }
  });
  return heard;
}

test('a reader that comes late gets all of the log, and the latest event alone', async () => {
  const { feed, address } = await serve();
  feed.append('one', 'a');
  feed.replace('now', '1');
  feed.replace('now', '2');
  feed.append('one', 'b');
  const heard = read(await ask(address));
  await waitFor(() => heard.data.length === 3);
  feed.replace('now', '3');
  await waitFor(() => heard.data.length === 4);
  expect(heard.data).toEqual(['a', 'b', '2', '3']);
});

test('a reader that lost the connection goes on behind the last event that it has', async () => {
  const { feed, address } = await serve();
  feed.append('one', 'a');
  const first = await ask(address);
  const heard = read(first);
  await waitFor(() => heard.lastId !== '');
  first.destroy();
  await waitFor(() => feed.readers === 0);
  feed.append('one', 'b');
  const again = read(await ask(address, { 'last-event-id': heard.lastId }));
  await waitFor(() => again.data.length > 0);
  expect(again.data).toEqual(['b']);
});

test.each(['other.1', 'x', '', 'NAME.99', 'NAME.-1', 'NAME.0.5'])(
  'a reader whose last event %j is not of this feed begins anew',
  async (id) => {
    const { feed, address } = await serve();
    feed.append('one', 'a');
    const before = read(await ask(address));
    await waitFor(() => before.lastId !== '');
    const [name] = before.lastId.split('.');
    const heard = read(await ask(address, { 'last-event-id': id.replace('NAME', name!) }));
    await waitFor(() => heard.data.length > 0);
    expect(heard.data).toEqual(['a']);
  },
);

test('for a reader that reads nothing, nothing piles up, and it gets the newest in the end', async () => {
  const { feed, address } = await serve();
  const slow = await ask(address);
  const quick = read(await ask(address));
  const event = 'x'.repeat(1_000_000);
  for (let i = 0; i < 50; i++) {
    feed.replace('now', `${i}${event}`);
    await waitFor(() => quick.data.length === i + 1);
  }
  const heard = read(slow);
  await waitFor(() => heard.data.at(-1)?.startsWith('49x'));
  // What the system itself takes in is some megabytes.
  expect(heard.data.length).toBeLessThan(20);
});

test('other sites, other names and more readers than a machine has are refused', async () => {
  const { feed, address } = await serve();
  const { port } = new URL(address);
  const statusOf = async (headers: Record<string, string>): Promise<number | undefined> => {
    const response = await ask(address, headers);
    response.destroy();
    return response.statusCode;
  };
  expect(await statusOf({ host: 'evil.example' })).toBe(403);
  expect(await statusOf({ origin: 'http://evil.example' })).toBe(403);
  expect(await statusOf({ origin: 'null' })).toBe(403);
  expect(feed.readers).toBe(0);
  expect(await statusOf({ origin: `http://127.0.0.1:${port}` })).toBe(200);
  const answers = await Promise.all(Array.from({ length: 70 }, async () => await ask(address)));
  expect(answers.filter(({ statusCode }) => statusCode === 503).length).toBeGreaterThanOrEqual(6);
});

test('the last words reach those who read, and nobody keeps the end waiting', async () => {
  const { feed, address } = await serve();
  await ask(address);
  const heard = read(await ask(address));
  feed.replace('end', 'x'.repeat(3_000_000));
  await feed.close();
  await waitFor(() => heard.data.length === 1);
  expect(feed.wasRead).toBe(true);
});
