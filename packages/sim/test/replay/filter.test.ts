import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';
import { recordRun, shown, writeJournal } from './journals.ts';

const file = writeJournal(temporaryFolder());

async function lines(options: Parameters<typeof shown>[1]): Promise<string[]> {
  return (await shown(file, options)).out.trimEnd().split('\n');
}

function connectionsIn(lines: readonly string[]): string[] {
  return [...new Set(lines.flatMap((line) => /#\d+/.exec(line)?.[0] ?? []))];
}

test('from and to count both ends in', async () => {
  const found = await lines({ fromUs: 100, toUs: 200 });
  expect(found).toHaveLength(6);
  expect(found[0]).toMatch(/0\.000100 .*connected$/);
  expect(found.at(-1)).toMatch(/0\.000200 .*closes \(end\)$/);
});

test('what happened before still counts', async () => {
  const found = await lines({ fromUs: 1_000_510, toUs: 1_000_510 });
  expect(found[0]).toContain('… dog\\u{202e}.png 16379–70000 of 70000, end');
  expect((await lines({ fromUs: 1_001_000, toUs: 1_002_000 }))[0]).toContain('after 1.0 ms');
});

test('a peer is shown with all that it takes part in, and with the phases', async () => {
  const found = await lines({ peers: new Set([2]) });
  expect(connectionsIn(found)).toEqual(['#3', '#4']);
  expect(found.filter((line) => line.includes('phase '))).toHaveLength(4);
  expect(found.join('\n')).toContain('request 0 done: found, 70,000 bytes from peer-3');
});

test('a connection is shown alone', async () => {
  const found = await lines({ connection: 3 });
  expect(found).toHaveLength(7);
  expect(connectionsIn(found)).toEqual(['#3']);
});

test('a request is shown with the connections on which its name was asked for', async () => {
  const found = await lines({ request: 0 });
  // #1 asked in two pieces; #2 was refused before anything could be asked.
  expect(connectionsIn(found)).toEqual(['#1', '#3']);
  expect(found[0]).toContain('request 0 due');
  expect(found.at(-1)).toContain('request 0 done');
  expect(connectionsIn(await lines({ request: 1 }))).toEqual([]);
});

test('filters hold together', async () => {
  const found = await lines({ request: 0, peers: new Set([2]), toUs: 1_000_400 });
  expect(connectionsIn(found)).toEqual(['#3']);
  expect(found).toHaveLength(2);
});

describe('what there is not', () => {
  test('is said when the filters leave nothing', async () => {
    await expect(shown(file, { fromUs: 2_600_000, toUs: 2_700_000 })).rejects.toThrow(
      `Nothing in ${file} matches.`,
    );
  });

  test.each([
    [{ request: 2 }, 'There is no request 2 in '],
    [{ connection: 9 }, 'There is no connection 9 in '],
  ])('is an error: %j', async (options, message) => {
    await expect(shown(file, options)).rejects.toThrow(message);
  });
});

test('a request that arrives byte by byte is found', async () => {
  const run = await recordRun(temporaryFolder(), {
    peers: { count: 3 },
    network: { segments: 'every-byte' },
  });
  const { out } = await shown(run.file, { request: 0 });
  expect(connectionsIn(out.split('\n')).length).toBeGreaterThan(0);
});
