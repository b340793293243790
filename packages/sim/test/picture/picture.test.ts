import { hash } from 'node:crypto';
import fc from 'fast-check';
import { inspectPicture } from '@imagemesh/peer';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  LARGEST_PICTURE_BYTES,
  makePicture,
  SMALLEST_PICTURE_BYTES,
  type PictureKind,
} from '../../src/picture/picture.ts';
import { SMALLEST_JPEG_BYTES } from '../../src/picture/jpeg.ts';
import { SMALLEST_PNG_BYTES } from '../../src/picture/png.ts';

const KINDS: readonly PictureKind[] = ['png', 'jpeg'];

const GOLDEN = ['3e4be465f7c57926', 'b04122198e6d55c9', 'd9014995a9925ef8', '24d979aafdfcb3b1'];

/** Around the largest stored block of a PNG, too, and just when one is full. */
const FULL_BLOCK = SMALLEST_PNG_BYTES - 2 + 65_535;
const SIZES = [1_024, 1_025, 1_121, 65_534, FULL_BLOCK - 1, FULL_BLOCK, FULL_BLOCK + 1, 300_000];

describe.each(KINDS)('a %s', (kind) => {
  test('has exactly the size that was asked for, and is whole', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_024, max: 200_000 }), fc.nat(), (sizeBytes, number) => {
        const bytes = makePicture({ kind, sizeBytes, seed: 7, number });
        expect(bytes.length).toBe(sizeBytes);
        expect(inspectPicture(bytes)).toEqual({ format: kind, completeness: 'whole' });
        // One byte less and the end is not there.
        expect(inspectPicture(bytes.subarray(0, -1)).completeness).toBe('truncated');
      }),
      { numRuns: 200 },
    );
  });

  test('has every size from the smallest on', () => {
    const smallest = kind === 'png' ? SMALLEST_PNG_BYTES : SMALLEST_JPEG_BYTES;
    expect(smallest).toBeLessThanOrEqual(SMALLEST_PICTURE_BYTES);
    for (let sizeBytes = smallest; sizeBytes < smallest + 600; sizeBytes++) {
      const bytes = makePicture({ kind, sizeBytes, seed: 1, number: 1 });
      expect(bytes.length).toBe(sizeBytes);
      expect(inspectPicture(bytes).completeness).toBe('whole');
    }
    expect(() => makePicture({ kind, sizeBytes: smallest - 1, seed: 1, number: 1 })).toThrow(
      RangeError,
    );
  });

  test.each(SIZES)('of %i bytes is decoded without a warning', async (sizeBytes) => {
    const bytes = makePicture({ kind, sizeBytes, seed: 5, number: sizeBytes });
    const { data, info } = await sharp(bytes, { failOn: 'warning' })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data).toHaveLength(info.width * info.height * 3);
    expect(info.width / info.height).toBeLessThan(2.2);
    expect(info.height / info.width).toBeLessThan(2.2);
    // It shows something: not one colour, and not black or white alone.
    const { channels } = await sharp(bytes).stats();
    expect(Math.max(...channels.map(({ stdev }) => stdev))).toBeGreaterThan(4);
  });

  test('of the largest size is decoded without a warning', async () => {
    const bytes = makePicture({ kind, sizeBytes: LARGEST_PICTURE_BYTES, seed: 5, number: 1 });
    expect(bytes).toHaveLength(LARGEST_PICTURE_BYTES);
    const { channels } = await sharp(bytes, { failOn: 'warning' }).stats();
    expect(channels).toHaveLength(3);
  });

  test('is refused by the decoder when a byte of it is changed or missing', async () => {
    const bytes = makePicture({ kind, sizeBytes: 20_000, seed: 5, number: 1 });
    const cut = bytes.subarray(0, 15_000);
    await expect(sharp(cut, { failOn: 'warning' }).stats()).rejects.toThrow();
    if (kind === 'jpeg') return;
    const changed = Buffer.from(bytes);
    changed[10_000]! ^= 1;
    await expect(sharp(changed, { failOn: 'warning' }).stats()).rejects.toThrow();
  });

  test('is the same for the same recipe, and another for each other one', () => {
    const recipe = { kind, sizeBytes: 5_000, seed: 3, number: 4 };
    const hashes = [
      recipe,
      { ...recipe, seed: 4 },
      { ...recipe, number: 5 },
      { ...recipe, seed: 4, number: 3 },
      { ...recipe, sizeBytes: 5_001 },
    ].map((one) => hash('sha256', makePicture(one)));
    expect(hash('sha256', makePicture({ ...recipe }))).toBe(hashes[0]);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test('differs from another one from end to end', () => {
    const [one, other] = [1, 2].map((number) =>
      makePicture({ kind, sizeBytes: 100_000, seed: 3, number }),
    );
    for (let from = 2_000; from < 99_000; from += 1_000) {
      expect(one!.subarray(from, from + 1_000).equals(other!.subarray(from, from + 1_000))).toBe(
        false,
      );
    }
  });
});

// Plans and journals name pictures by their hashes: a change of these is a change of every picture.
test('the golden pictures have every bit as they always had', () => {
  const shown = KINDS.flatMap((kind) =>
    [2_000, 70_000].map((sizeBytes) =>
      hash('sha256', makePicture({ kind, sizeBytes, seed: 42, number: 0 })).slice(0, 16),
    ),
  );
  expect(shown).toEqual(GOLDEN);
});
