import { Random } from '../random/random.ts';
import { makeJpeg, SMALLEST_JPEG_BYTES } from './jpeg.ts';
import { makePng, SMALLEST_PNG_BYTES } from './png.ts';

/** The formats that pictures are made in. */
export type PictureKind = 'png' | 'jpeg';

/** All that the bytes of a picture depend on. */
export interface PictureRecipe {
  readonly kind: PictureKind;
  /** From `SMALLEST_PICTURE_BYTES` to `LARGEST_PICTURE_BYTES`; met to the byte. */
  readonly sizeBytes: number;
  /** The seed of the run, and which of its pictures it is. */
  readonly seed: number;
  readonly number: number;
  /** Which of several pictures under one name it is, from 2; absent: the first or only one. */
  readonly version?: number;
}

/** Both formats can be made so small: headers, a palette, a few pixels. */
export const SMALLEST_PICTURE_BYTES = 1_024;

/** More takes a tenth of a second, and nobody shares it as a picture. */
export const LARGEST_PICTURE_BYTES: number = 32 * 2 ** 20;

const SMALLEST: Readonly<Record<PictureKind, number>> = {
  png: SMALLEST_PNG_BYTES,
  jpeg: SMALLEST_JPEG_BYTES,
};

const MAKE: Readonly<Record<PictureKind, (random: Random, sizeBytes: number) => Buffer>> = {
  png: makePng,
  jpeg: makeJpeg,
};

/**
 * A whole, valid picture, the same for the same recipe on every machine. Two recipes that differ in the
 * number, in the seed or in the version differ from one end to the other. Takes about a millisecond for
 * 300 KiB.
 */
export function makePicture({ kind, sizeBytes, seed, number, version }: PictureRecipe): Buffer {
  if (sizeBytes < SMALLEST[kind]) throw new RangeError(`no ${kind} has ${sizeBytes} bytes`);
  const first = Random.fromSeed(seed).fork('picture', number);
  return MAKE[kind](version === undefined ? first : first.fork('version', version), sizeBytes);
}
