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

/** The bytes of a picture. */
export interface ImageContent {
  readonly source: ImageSource;
  readonly sizeBytes: number;
  /** 64 lower-case hexadecimal digits; of a generated picture they are worked out when first asked for. */
  readonly sha256: string;
}

/** One image of the plan: a name, and its first version, which is mostly the only one. */
export interface PlannedImage extends ImageContent {
  readonly name: string;
  /** Numbers of the peers that own it at the start, in whatever version, rising. */
  readonly owners: readonly number[];
  /** What some of its owners hold instead, rising; empty where all hold the first version. */
  readonly others: readonly OtherVersion[];
}

/** Another picture under the name of an image. */
export interface OtherVersion {
  /** From 2. */
  readonly version: number;
  readonly content: ImageContent;
  /** Numbers of those owners of the image that hold it; one at least. */
  readonly owners: readonly number[];
}

/** Where the bytes of an image come from: a file, or the recipe of a generated picture. */
export type ImageSource = { readonly path: string } | { readonly picture: PictureRecipe };

/** The images of a scenario for one seed; those of a folder are the same for every seed. */
export type ImagesOfSeed = (seed: number) => readonly UnownedImage[];

/** An image before its owners are drawn. */
export type UnownedImage = Omit<PlannedImage, 'owners' | 'others'>;

/** Reads the scenario's folder of pictures, where it has one; throws the system's error when one cannot be read. */
export function readImageFiles({ images }: Scenario): ImagesOfSeed {
  const { from, generate } = images;
  if (generate !== null) return (seed) => generatePictures(generate, seed);
  const files = from === null ? [] : readFolder(from);
  return () => files;
}

/** The bytes of an image: read, or made anew with every call. Throws the system's error. */
export function readImage({ source }: Pick<ImageContent, 'source'>): Buffer {
  return 'path' in source ? readFileSync(source.path) : makePicture(source.picture);
}

/** Bytes of pictures that are kept in memory, of all plans together. */
const MOST_RECENT_BYTES = 64 * 2 ** 20;

/** What was made or read of late: who looks at a picture mostly does so again soon, and so do other runs. */
const recent = new LRUCache<ImageSource | PictureRecipe, Buffer>({
  maxSize: MOST_RECENT_BYTES,
  sizeCalculation: (bytes) => bytes.length,
});

/** The same, remembered, so that nobody may change them; read or made again when that was long ago. */
export function recallImage(image: Pick<ImageContent, 'source'>): Buffer {
  const { source } = image;
  // All plans of a folder share the source of a file; a recipe is what generated pictures share.
  const key = 'path' in source ? source : source.picture;
  const known = recent.get(key);
  if (known !== undefined) return known;
  const bytes = readImage(image);
  recent.set(key, bytes);
  return bytes;
}

/** The picture of another version (from 2) of image `number`, a PNG or JPEG: of the same kind and, within bounds, as large. */
export function anotherVersion(
  { name, source, sizeBytes }: Pick<UnownedImage, 'name' | 'source' | 'sizeBytes'>,
  { seed, number, version }: { seed: number; number: number; version: number },
): ImageContent {
  if ('picture' in source) return new GeneratedContent({ ...source.picture, version });
  const kind = /\.jpe?g$/i.test(name) ? 'jpeg' : 'png';
  return new GeneratedContent({ kind, sizeBytes: clampSize(sizeBytes), seed, number, version });
}

/** All that somebody holds under the name of an image, rising by version; of one that nobody has the first. */
export function contentsOf(image: PlannedImage): readonly ImageContent[] {
  const { owners, others } = image;
  if (others.length === 0) return [image];
  const contents = others.map(({ content }) => content);
  const holders = others.reduce((sum, other) => sum + other.owners.length, 0);
  return holders < owners.length ? [image, ...contents] : contents;
}

/** The version (from 1) of an image that one of its owners holds at the start. */
export function versionHeldBy({ others }: PlannedImage, owner: number): number {
  return others.find(({ owners }) => owners.includes(owner))?.version ?? 1;
}

/** The bytes of an image that one of its owners holds at the start. */
export function contentHeldBy(image: PlannedImage, owner: number): ImageContent {
  return image.others.find(({ owners }) => owners.includes(owner))?.content ?? image;
}

/** The same image with its owners. */
export function withOwners(
  image: UnownedImage,
  owners: readonly number[],
  others: readonly OtherVersion[] = [],
): PlannedImage {
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
    others,
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
  return clampSize(Math.round(drawFrom(size, random)));
}

function clampSize(bytes: number): number {
  return Math.min(LARGEST_PICTURE_BYTES, Math.max(SMALLEST_PICTURE_BYTES, bytes));
}

/**
 * A picture whose size is known and whose bytes nobody has looked at yet. Of ten thousand, a run may ask
 * for a hundred; to make and to hash all of them would take many seconds and gigabytes.
 */
class GeneratedContent implements ImageContent {
  readonly source: { readonly picture: PictureRecipe };
  readonly sizeBytes: number;
  #sha256: string | null = null;

  constructor(picture: PictureRecipe) {
    this.source = { picture };
    this.sizeBytes = picture.sizeBytes;
  }

  get sha256(): string {
    this.#sha256 ??= hash('sha256', recallImage(this));
    return this.#sha256;
  }
}

class GeneratedImage extends GeneratedContent implements UnownedImage {
  readonly name: string;

  constructor(name: string, picture: PictureRecipe) {
    super(picture);
    this.name = name;
  }
}
