import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { JournalReader } from '../../src/journal/reader.ts';
import type { ImagePart } from '../../src/journal/event.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const folder = temporaryFolder();

const HEAD = {
  journal: 1,
  scenario: 'test',
  seed: 1,
  phases: ['steady'],
  peers: ['peer-1', 'peer-2'],
  images: [{ name: 'cat.png', sizeBytes: 1_000, sha256: '0'.repeat(64) }],
};

/** What a reader says of a journal with this head and this event. */
async function complaint(head: object, event: object): Promise<string> {
  const path = join(folder, 'hostile.trace');
  writeFileSync(path, `${JSON.stringify(head)}\n${JSON.stringify(event)}\n`);
  try {
    const reader = await JournalReader.open(path);
    for await (const _ of reader.batches());
    return 'nothing';
  } catch (error) {
    return (error as Error).message;
  }
}

function piece(image: ImagePart): object {
  const length = image.end - image.start;
  const ends = { connection: 0, peer: 0, from: 1, sentUs: 0 };
  return { kind: 'bytes', atUs: 1, ...ends, length, bytes: '', image, isLast: false };
}

test('a piece of an image is no longer than the image', async () => {
  expect(await complaint(HEAD, piece({ image: 0, start: 0, end: 1_000 }))).toBe('nothing');
  expect(await complaint(HEAD, piece({ image: 0, start: 0, end: 1_001 }))).toContain(
    'no good "image"',
  );
  expect(await complaint(HEAD, piece({ image: -1, start: 0, end: 2 ** 40 }))).toContain(
    'no good "image"',
  );
});

test('a piece of another version is no longer than that one, which there must be', async () => {
  const other = { version: 2, picture: 'png', sizeBytes: 2_000, sha256: 'f'.repeat(64) };
  const head = { ...HEAD, images: [{ ...HEAD.images[0]!, others: [other] }] };
  const upTo = (end: number, version: number): Promise<string> =>
    complaint(head, piece({ image: 0, version, start: 0, end }));
  expect(await upTo(2_000, 2)).toBe('nothing');
  expect(await upTo(1_000, 1)).toBe('nothing');
  for (const [end, version] of [
    [2_001, 2],
    [1_001, 1],
    [1, 3],
    [1, 0],
  ] as const) {
    expect(await upTo(end, version)).toContain('no good "image"');
  }
});

test.each([['\u001b[2J'], [{ toString: 1 }], [-1]])(
  'a count of messages is no %j',
  async (count) => {
    const counts = { sent: { HELLO: count }, received: {} };
    const event = { kind: 'counts', atUs: 1, peer: 0, counts };
    expect(await complaint(HEAD, event)).toContain('no good "counts"');
  },
);

test.each([
  [undefined, 'nothing'],
  [{ cores: 1, loopShare: 0.5, machineShare: null, isShortOfFiles: false }, 'nothing'],
  [{ cores: 1, loopShare: 0.5, machineShare: '1', isShortOfFiles: false }, 'no good "load"'],
  [{ cores: 1, loopShare: 0.5, machineShare: 0.5 }, 'no good "load"'],
  [7, 'no good "load"'],
])('a load of the lab that is %j comes to %s', async (load, said) => {
  const event = { kind: 'harness', atUs: 1, lagUs: 0, rssBytes: 1, load };
  expect(await complaint(HEAD, event)).toContain(said);
});

test('what is not known is named without its control characters, and shortly', async () => {
  const wild = `\u009b31m${'x'.repeat(5_000)}`;
  for (const said of [
    await complaint({ ...HEAD, journal: wild }, {}),
    await complaint(HEAD, { kind: wild, atUs: 1 }),
  ]) {
    expect(said).not.toContain('\u009b');
    expect(said.length).toBeLessThan(folder.length + 200);
  }
});

test.each([
  [{ kind: 'left-behind', atUs: 1, peer: 1, what: '1 connection open' }, 'nothing'],
  [{ kind: 'left-behind', atUs: 1, peer: 2, what: '1 connection open' }, 'no good "peer"'],
  [{ kind: 'left-behind', atUs: 1, peer: 1, what: 1 }, 'no good "what"'],
  [{ kind: 'all-ended', atUs: 1, problem: null }, 'nothing'],
  [{ kind: 'all-ended', atUs: 1, problem: 7 }, 'no good "problem"'],
])('what was left is read as %j', async (event, expected) => {
  expect(await complaint(HEAD, event)).toContain(expected);
});
