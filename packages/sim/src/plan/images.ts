import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import {
  LARGEST_PICTURE_BYTES,
  makePicture,
  SMALLEST_PICTURE_BYTES,
  type PictureRecipe,
} from '../picture/picture.ts';
import { drawFrom } from '../random/distributions.ts';
import { Random } from '../random/random.ts';
import { generatedNames } from '../scenario/generated-images.ts';
import { listImages } from '../scenario/images-folder.ts';
import type { GeneratedImages, Scenario } from '../scenario/scenario.ts';

/** One image of the plan. */
export interface PlannedImage {
  readonly name: string;
  readonly source: ImageSource;
  readonly sizeBytes: number;
  /** 64 lower-case hexadecimal digits; of a generated picture they are worked out when first asked for. */
  readonly sha256: string;
  /** Numbers of the peers that own it at the start, rising. */
  readonly owners: readonly number[];
}

/** Where the bytes of an image come from: a file, or the recipe of a generated picture. */
export type ImageSource = { readonly path: string } | { readonly picture: PictureRecipe };

/** The images of a scenario for one seed; those of a folder are the same for every seed. */
export type ImagesOfSeed = (seed: number) => readonly UnownedImage[];

/** An image before its owners are drawn. */
export type UnownedImage = Omit<PlannedImage, 'owners'>;

/** Reads the scenario's folder of pictures, where it has one; throws the system's error when one cannot be read. */
export function readImageFiles({ images }: Scenario): ImagesOfSeed {
  const { from, generate } = images;
  if (generate !== null) return (seed) => generatePictures(generate, seed);
  const files = from === null ? [] : readFolder(from);
  return () => files;
}

/** The bytes of an image: read, or made anew with every call. Throws the system's error. */
export function readImage({ source }: Pick<PlannedImage, 'source'>): Buffer {
  return 'path' in source ? readFileSync(source.path) : makePicture(source.picture);
}

/** Bytes of pictures that are kept in memory, of all plans together. */
const MOST_RECENT_BYTES = 64 * 2 ** 20;

/** What was made of late: who looks at a picture mostly does so again soon, and so do others. */
const recent = new LRUCache<PictureRecipe, Buffer>({
  maxSize: MOST_RECENT_BYTES,
  sizeCalculation: (bytes) => bytes.length,
});

/** The bytes of a generated picture, which nobody may change; made again when they were last made long ago. */
export function recallPicture(picture: PictureRecipe): Buffer {
  const known = recent.get(picture);
  if (known !== undefined) return known;
  const bytes = makePicture(picture);
  recent.set(picture, bytes);
  return bytes;
}

/** The same image with its owners. */
export function withOwners(image: UnownedImage, owners: readonly number[]): PlannedImage {
  // Not spread, which would ask for the hash.
  const { name, source, sizeBytes } = image;
  return {
    name,
    source,
    sizeBytes,
    get sha256() {
      return image.sha256;
    },
    owners,
  };
}

/** Numbers of the images, the most popular one first: the same in every phase and for the placement. */
export function popularityOrder(seed: number, count: number): number[] {
  const numbers = Array.from({ length: count }, (_, number) => number);
  return Random.fromSeed(seed).fork('popularity').shuffle(numbers);
}

function readFolder(from: string): UnownedImage[] {
  return listImages(from).map((name) => {
    const path = join(from, name);
    const bytes = readFileSync(path);
    return { name, source: { path }, sizeBytes: bytes.length, sha256: hash('sha256', bytes) };
  });
}

function generatePictures(generate: GeneratedImages, seed: number): UnownedImage[] {
  const random = Random.fromSeed(seed).fork('picture sizes');
  return generatedNames(generate).map(({ name, kind }, number) => {
    const sizeBytes = drawSize(generate, random.fork('picture', number));
    return new GeneratedImage(name, { kind, sizeBytes, seed, number });
  });
}

function drawSize({ size }: GeneratedImages, random: Random): number {
  const drawn = Math.round(drawFrom(size, random));
  return Math.min(LARGEST_PICTURE_BYTES, Math.max(SMALLEST_PICTURE_BYTES, drawn));
}

/**
 * A picture whose size is known and whose bytes nobody has looked at yet. Of ten thousand, a run may ask
 * for a hundred; to make and to hash all of them would take many seconds and gigabytes.
 */
class GeneratedImage implements UnownedImage {
  readonly name: string;
  readonly source: { readonly picture: PictureRecipe };
  readonly sizeBytes: number;
  #sha256: string | null = null;

  constructor(name: string, picture: PictureRecipe) {
    this.name = name;
    this.source = { picture };
    this.sizeBytes = picture.sizeBytes;
  }

  get sha256(): string {
    this.#sha256 ??= hash('sha256', recallPicture(this.source.picture));
    return this.#sha256;
  }
}
