import { hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JournalHead, JournalImage } from '../../src/journal/reader.ts';
import { makePicture } from '../../src/picture/picture.ts';
import { contentsOf, readImage } from '../../src/plan/images.ts';
import { ImageBytes } from '../../src/replay/image-bytes.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { recordRun, shown } from './journals.ts';
import { readPcap } from './pcap-reader.ts';

const BYTES = makePicture({ kind: 'jpeg', sizeBytes: 5_000, seed: 6, number: 1 });
const CAT: JournalImage = { name: 'cat.png', sizeBytes: 3, sha256: hash('sha256', 'cat') };
const GENERATED: JournalImage = {
  name: 'image-002.jpg',
  picture: 'jpeg',
  sizeBytes: BYTES.length,
  sha256: hash('sha256', BYTES),
};

describe('a generated picture', () => {
  test('is made again from the seed and its number', () => {
    const images = new ImageBytes(headOf(GENERATED), null);
    expect(images.read(1, 100, 4_000)).toEqual(BYTES.subarray(100, 4_000));
    expect(images.excuse).toBe('');
  });

  test.each<[string, Partial<JournalImage>]>([
    ['that comes out otherwise', { sha256: CAT.sha256 }],
    ['of a size that none has', { sizeBytes: 1e15 }],
    ['that is smaller than any', { sizeBytes: 10 }],
  ])('%s is not shown', (_, part) => {
    const images = new ImageBytes(headOf({ ...GENERATED, ...part }), null);
    expect(images.read(1, 0, 10)).toBeNull();
    expect(images.excuse).toBe(
      '10 bytes of images are zeros, because the pictures that were generated for it cannot be made again by this version.',
    );
  });

  test('is read from the folder that the user names', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, GENERATED.name), BYTES);
    expect(new ImageBytes(headOf(GENERATED), folder).read(1, 0, 5)).toEqual(BYTES.subarray(0, 5));
    writeFileSync(join(folder, GENERATED.name), 'another one');
    expect(() => new ImageBytes(headOf(GENERATED), folder).read(1, 0, 5)).toThrow(
      /SHA-256 differs/,
    );
  });
});

test('another version is made again, wherever the first one comes from', () => {
  const second = makePicture({ kind: 'png', sizeBytes: 4_000, seed: 6, number: 0, version: 2 });
  const sha256 = hash('sha256', second);
  const other = { version: 2, picture: 'png', sizeBytes: 4_000, sha256 } as const;
  const head = headOf(GENERATED);
  const folder = temporaryFolder();
  writeFileSync(join(folder, CAT.name), 'cat');
  const images = new ImageBytes({ ...head, images: [{ ...CAT, others: [other] }] }, folder);
  expect(images.read(0, 0, 3)).toEqual(Buffer.from('cat'));
  expect(images.read(0, 100, 4_000, 2)).toEqual(second.subarray(100));
  expect(images.read(0, 0, 3)).toEqual(Buffer.from('cat'));
  expect(images.excuse).toBe('');
  expect(images.read(0, 0, 3, 3)).toBeNull();
});

test('an image of a run whose journal has no folder is not known', () => {
  const images = new ImageBytes({ ...headOf(CAT), imagesFrom: null }, null);
  expect(images.read(0, 0, 3)).toBeNull();
  expect(images.excuse).toMatch(/give --images DIR\.$/);
});

test('a run with generated pictures is captured with all of its bytes', async () => {
  const images = { generate: { count: 3, size: '2KiB' } };
  const folder = temporaryFolder();
  const run = await recordRun(folder, { images });
  const pcap = join(folder, 'run.pcap');
  const { notes } = await shown(run.file, { pcap });
  expect(notes).toEqual([]);
  const bytes = Buffer.concat(readPcap(readFileSync(pcap)).map(({ payload }) => payload));
  const { source } = run.plan.images[0]!;
  const picture = 'picture' in source ? makePicture(source.picture) : Buffer.alloc(0);
  expect(bytes.includes(picture.subarray(200, 1_200))).toBe(true);
});

test('a run in which owners hold different pictures is captured with each of them', async () => {
  const images = { generate: { count: 2, size: '2KiB' }, copies: 2, differing: '100%' };
  const folder = temporaryFolder();
  const run = await recordRun(folder, { peers: { count: 4 }, images });
  const pcap = join(folder, 'run.pcap');
  const { notes } = await shown(run.file, { pcap });
  expect(notes).toEqual([]);
  const { out } = await shown(run.file);
  expect(out).toMatch(/image-00[12]\.\w+ \(version 2\) 0–\d+ of 2048/);
  expect(out).not.toContain('correct hash no');
  const bytes = Buffer.concat(readPcap(readFileSync(pcap)).map(({ payload }) => payload));
  for (const content of run.plan.images.flatMap(contentsOf)) {
    expect(bytes.includes(readImage(content).subarray(200, 1_200))).toBe(true);
  }
});

function headOf(image: JournalImage): JournalHead {
  return {
    scenario: 'test',
    seed: 6,
    phases: [],
    peers: [],
    images: [CAT, image],
    imagesFrom: null,
    faults: [],
  };
}
