import { lstatSync, writeFileSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { FileImage } from '../../src/storage/file-image.ts';
import { ImageCache } from '../../src/storage/image-cache.ts';
import { utf8 } from '../pieces.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const LIMITS = { cacheBytes: 1_000_000, cachedImageBytes: 1_000 };

interface Kept {
  readonly path: string;
  /** The text of the image that the cache has; null when it has none. */
  read(): Promise<string | null>;
}

/** A cache with an image, `the cat`, and its file. */
async function keepCat(believeMs: number): Promise<Kept> {
  const folder = await temporaryFolder();
  const path = join(folder, 'cat.png');
  writeFileSync(path, 'the cat');
  const cache = new ImageCache(folder, { ...LIMITS, believeMs });
  for (let asked = 0; asked < 2; asked++) offer(cache, path, 'the cat');
  return { path, read: () => read(cache) };
}

function offer(cache: ImageCache, path: string, text: string): void {
  const { reply, image } = FileImage.room(text.length);
  image.set(utf8(text));
  cache.offer('cat.png', reply, lstatSync(path, { bigint: true }));
}

function read(cache: ImageCache): Promise<string | null> {
  return new Promise((resolve) => {
    cache.get('cat.png', (image: FileImage | null) =>
      resolve(image === null ? null : Buffer.from(image.bytes!).toString()),
    );
  });
}

/** Lets the event loop go round once. */
function round(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test('an image is kept when it is offered for the second time', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 'cat.png');
  writeFileSync(path, 'the cat');
  const cache = new ImageCache(folder, { ...LIMITS, believeMs: 0 });
  offer(cache, path, 'the cat');
  expect(await read(cache)).toBeNull();
  offer(cache, path, 'the cat');
  expect(await read(cache)).toBe('the cat');
  expect(await read(cache)).toBe('the cat');
});

test('whoever asks while a file is looked at is answered by a look of his own', async () => {
  const { path, read } = await keepCat(0);
  const first = read();
  writeFileSync(path, 'another');
  const second = read();
  expect(await second).toBeNull();
  await first;
});

test('all that wait for one look are answered', async () => {
  const { read } = await keepCat(0);
  const asked = Array.from({ length: 20 }, read);
  expect(new Set(await Promise.all(asked))).toEqual(new Set(['the cat']));
});

test('a change is noticed while what is in memory would still be believed', async () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  onTestFinished(() => void clock.mockRestore());
  const { path, read } = await keepCat(100);
  expect(await read()).toBe('the cat');
  // The look that this began is over, as far as one can tell: so it is the next one that notices.
  for (let looks = 0; looks < 20; looks++) await lstat(path);
  writeFileSync(path, 'another');
  clock.mockReturnValue(1_080);
  // Answered from memory; and the file is looked at behind the answer.
  expect(await read()).toBe('the cat');
  let rounds = 0;
  for (; rounds < 100_000 && (await read()) !== null; rounds++) await round();
  expect(rounds).toBeLessThan(100_000);
});
