import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { displaySafe, nameProblem } from '@imagemesh/peer';
import { readProblem } from '../journal/read-problem.ts';
import {
  pictureOf,
  type JournalHead,
  type JournalImage,
  type JournalPicture,
} from '../journal/reader.ts';
import {
  LARGEST_PICTURE_BYTES,
  makePicture,
  SMALLEST_PICTURE_BYTES,
  type PictureRecipe,
} from '../picture/picture.ts';
import { showNumber } from '../result/show-figure.ts';
import { ReplayError } from './replay-error.ts';

/** Bytes of images that are kept in memory; what was read longest ago goes first. */
const MOST_CACHED_BYTES = 64 * 1_024 * 1_024;

/**
 * The bytes of the images that a journal names only by number, out of the folder that they came from;
 * generated pictures are made again.
 */
export class ImageBytes {
  /** Bytes that were asked for and are not known; they are zeros. */
  unknownBytes = 0;
  readonly #images: readonly JournalImage[];
  readonly #seed: number;
  /** Null: nobody knows where the images are. */
  readonly #folder: string | null;
  /** Whether the user named the folder, and so wants to be told when it is the wrong one. */
  readonly #isGiven: boolean;
  /** By image and version. */
  readonly #cache = new Map<string, Buffer | null>();
  #cachedBytes = 0;
  #why = 'they are of images that came into being in the run';

  /** `folder` is what the user says; null: what the journal says. */
  constructor(head: JournalHead, folder: string | null) {
    this.#images = head.images;
    this.#seed = head.seed;
    this.#folder = folder ?? head.imagesFrom;
    this.#isGiven = folder !== null;
    if (this.#folder === null && head.images.every(({ picture }) => picture === undefined)) {
      this.#why = 'the journal does not say where the images are: give --images DIR';
    }
  }

  /** Why some bytes are zeros, as one sentence; empty when none are. */
  get excuse(): string {
    if (this.unknownBytes === 0) return '';
    return `${showNumber(this.unknownBytes)} bytes of images are zeros, because ${this.#why}.`;
  }

  /**
   * Bytes [start, end) of a version of an image; nobody may change them. Null when they are not known. Throws
   * a `ReplayError` when the folder that the user named does not hold that very image.
   */
  read(image: number, start: number, end: number, version = 1): Uint8Array | null {
    const bytes = this.#cache.get(`${image} ${version}`) ?? this.#load(image, version);
    if (bytes === null) this.unknownBytes += end - start;
    return bytes?.subarray(start, end) ?? null;
  }

  #load(number: number, version: number): Buffer | null {
    const key = `${number} ${version}`;
    // What could not be read once is not tried again for each of its packets.
    if (this.#cache.has(key)) return null;
    const bytes = version === 1 ? this.#tryToRead(number) : this.#makeVersion(number, version);
    this.#cachedBytes += bytes?.length ?? 0;
    for (const [old, kept] of this.#cache) {
      if (this.#cachedBytes <= MOST_CACHED_BYTES) break;
      if (kept === null) continue;
      this.#cache.delete(old);
      this.#cachedBytes -= kept.length;
    }
    this.#cache.set(key, bytes);
    return bytes;
  }

  #tryToRead(number: number): Buffer | null {
    const image = this.#images[number];
    if (image !== undefined && image.picture !== undefined && !this.#isGiven) {
      return this.#makeAgain(image, { kind: image.picture, number });
    }
    if (this.#folder === null || image === undefined) return null;
    try {
      return readImage(image, this.#folder);
    } catch (error) {
      if (!(error instanceof ReplayError)) throw error;
      const told = `${error.message}: give the folder of the run with --images DIR`;
      if (this.#isGiven) throw new ReplayError(`${told}.`);
      this.#why = told;
      return null;
    }
  }

  /** Other versions are generated, wherever the first one comes from. */
  #makeVersion(number: number, version: number): Buffer | null {
    const other = pictureOf(this.#images[number], version);
    if (other?.picture === undefined) return null;
    return this.#makeAgain(other, { kind: other.picture, number, version });
  }

  #makeAgain(
    { sizeBytes, sha256 }: JournalPicture,
    which: Omit<PictureRecipe, 'seed' | 'sizeBytes'>,
  ): Buffer | null {
    // The journal may come from anybody, and such a size fill the memory.
    const isPossible = sizeBytes >= SMALLEST_PICTURE_BYTES && sizeBytes <= LARGEST_PICTURE_BYTES;
    if (isPossible) {
      const bytes = makePicture({ ...which, sizeBytes, seed: this.#seed });
      if (hash('sha256', bytes) === sha256) return bytes;
    }
    this.#why = 'the pictures that were generated for it cannot be made again by this version';
    return null;
  }
}

function readImage({ name, sha256 }: JournalImage, folder: string): Buffer {
  const shown = displaySafe(join(folder, name));
  // The journal may come from anybody: what it names must stay within the folder.
  if (nameProblem(name) !== null) throw new ReplayError(`${shown} is no name of an image`);
  let bytes: Buffer;
  try {
    bytes = readFileSync(join(folder, name));
  } catch (error) {
    const problem = readProblem(error as NodeJS.ErrnoException);
    throw new ReplayError(`${shown} cannot be read (${problem})`);
  }
  if (hash('sha256', bytes) === sha256) return bytes;
  throw new ReplayError(`${shown} is not the image of the run (its SHA-256 differs)`);
}
