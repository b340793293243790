import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readImage } from '../../src/plan/images.ts';
import { PeerFolders } from '../../src/runner/peer-folders.ts';
import { planOf } from '../plans.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const cat = join(temporaryFolder(), 'cat.png');
writeFileSync(cat, 'cat');

const SECOND = {
  picture: { kind: 'png', sizeBytes: 2_000, seed: 1, number: 2, version: 2 },
} as const;

const plan = planOf({
  images: [
    { name: 'cat.png', source: { path: cat }, owners: [0, 2] },
    {
      name: 'image-001.png',
      source: { picture: { kind: 'png', sizeBytes: 3_000, seed: 1, number: 0 } },
      owners: [1, 2],
    },
    {
      name: 'both.png',
      source: { path: cat },
      owners: [0, 1],
      others: [
        { version: 2, content: { source: SECOND, sizeBytes: 2_000, sha256: '' }, owners: [1] },
      ],
    },
    { name: 'nobodys.png', source: { path: '/nowhere/nobodys.png' }, owners: [] },
  ],
});

test('each peer finds its images in its folder, generated ones too', async () => {
  const folders = await PeerFolders.make(plan, new AbortController().signal);
  try {
    const imagesOf = (peer: number): string => join(folders.of(plan, peer), 'images');
    expect([0, 1, 2].map((peer) => readdirSync(imagesOf(peer)).sort())).toEqual([
      ['both.png', 'cat.png'],
      ['both.png', 'image-001.png'],
      ['cat.png', 'image-001.png'],
    ]);
    expect(readFileSync(join(imagesOf(0), 'cat.png'), 'utf8')).toBe('cat');
    const picture = join(imagesOf(1), 'image-001.png');
    expect(readFileSync(picture).equals(readImage(plan.images[1]!))).toBe(true);
    expect(readFileSync(join(imagesOf(0), 'both.png'), 'utf8')).toBe('cat');
    const second = readFileSync(join(imagesOf(1), 'both.png'));
    expect(second.equals(readImage({ source: SECOND }))).toBe(true);
    // On the disk once, however many have it.
    expect(statSync(picture).ino).toBe(statSync(join(imagesOf(2), 'image-001.png')).ino);
  } finally {
    await folders.remove();
  }
  expect(existsSync(folders.of(plan, 0))).toBe(false);
});

test('after an interruption no more of them are made', async () => {
  const folders = await PeerFolders.make(plan, AbortSignal.abort());
  try {
    expect(existsSync(folders.of(plan, 0))).toBe(false);
  } finally {
    await folders.remove();
  }
});
