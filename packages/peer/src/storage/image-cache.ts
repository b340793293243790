import * as fs from 'node:fs';
import { join } from 'node:path';
import { LRUCache } from 'lru-cache';
import { isSameFile, type FileStamp } from './file-digest.ts';
import { FileImage, type ReplyBytes } from './file-image.ts';

/** How much is kept, and for how long it is believed. */
export interface CacheOptions {
  /** Bytes of images kept in memory, in all. */
  readonly cacheBytes: number;
  /** Largest image kept in memory. */
  readonly cachedImageBytes: number;
  /** For so long what was seen of the disk is believed: a change is noticed this late, at most. */
  readonly believeMs: number;
}

/** Is told, once, the image; null when it is not kept, or not as it is on the disk now. */
type Asker = (image: FileImage | null) => void;

interface CachedImage {
  readonly file: string;
  readonly reply: ReplyBytes;
  readonly stamp: FileStamp;
  /** When the look began that last found the file as it is here. */
  seenMs: number;
  /** It has been asked for since the last look at its file began. */
  isAsked: boolean;
  /** Those that the next look answers. */
  waiting: Asker[];
}

const NOBODY: Asker[] = [];

/** When this part of `believeMs` is over, files are looked at before somebody has to wait for it. */
const LOOK_AFTER = 0.75;

/**
 * Images of a folder in memory, and whether their files are still what they were.
 *
 * Files are looked at together: all that were asked for since the last time, once most of `believeMs` is over, so
 * that as a rule nobody has to wait for a look at a popular image; and at once when somebody has to. A look is a trip
 * to another thread, and one that has to be woken for each costs four times as much as one that is awake (30 µs of
 * processor against 8).
 */
export class ImageCache {
  readonly #folder: string;
  readonly #believeMs: number;
  readonly #images: LRUCache<string, CachedImage>;
  /**
   * Images asked for lately, by their sizes as far back as the cache would reach. Only one that is asked
   * for again meanwhile is kept: a buffer that is kept and thrown out before its next use grows old first
   * and is dear to collect (0.24 ms of processor a request against 0.19: `npm run bench -- peer/uncached`).
   */
  readonly #lately: LRUCache<string, { readonly sizeBytes: number }>;
  #asked: CachedImage[] = [];
  #lookedMs: number = -Infinity;

  constructor(folder: string, { cacheBytes, cachedImageBytes, believeMs }: CacheOptions) {
    this.#folder = folder;
    this.#believeMs = believeMs;
    this.#images = new LRUCache({
      maxSize: Math.max(1, cacheBytes),
      maxEntrySize: Math.max(1, cachedImageBytes),
      sizeCalculation: ({ reply }) => FileImage.sizeOf(reply),
    });
    this.#lately = new LRUCache({
      maxSize: Math.max(1, cacheBytes),
      sizeCalculation: ({ sizeBytes }) => sizeBytes,
    });
  }

  /** Tells `asker`, now or in a later event. */
  get(file: string, asker: Asker): void {
    const cached = this.#images.get(file);
    if (cached === undefined) return asker(null);
    const nowMs = performance.now();
    const isBelieved = nowMs - cached.seenMs < this.#believeMs;
    if (isBelieved) asker(FileImage.inMemory(cached.reply));
    else this.#await(cached, asker);
    if (!cached.isAsked) {
      cached.isAsked = true;
      this.#asked.push(cached);
    }
    if (!isBelieved || nowMs - this.#lookedMs > this.#believeMs * LOOK_AFTER) this.#look(nowMs);
  }

  /** Keeps an image that has been read from `file` just now, if it is worth it. */
  offer(file: string, reply: ReplyBytes, stamp: FileStamp): void {
    if (this.#lately.has(file)) {
      const seenMs = performance.now();
      this.#images.set(file, { file, reply, stamp, seenMs, isAsked: false, waiting: NOBODY });
    }
    this.#lately.set(file, { sizeBytes: FileImage.sizeOf(reply) });
  }

  #await(cached: CachedImage, asker: Asker): void {
    if (cached.waiting.length === 0) cached.waiting = [asker];
    else cached.waiting.push(asker);
  }

  #look(nowMs: number): void {
    const asked = this.#asked;
    this.#asked = [];
    this.#lookedMs = nowMs;
    for (const cached of asked) this.#lookAt(cached, nowMs);
  }

  #lookAt(cached: CachedImage, nowMs: number): void {
    const { waiting, file } = cached;
    // Whoever comes from here on is answered by the next look, which begins after he has asked.
    cached.waiting = NOBODY;
    cached.isAsked = false;
    fs.lstat(join(this.#folder, file), { bigint: true }, (error, stats) => {
      const isSame = error === null && isSameFile(stats, cached.stamp);
      if (isSame) cached.seenMs = Math.max(cached.seenMs, nowMs);
      else if (this.#images.peek(file) === cached) this.#images.delete(file);
      for (const asker of waiting) asker(isSame ? FileImage.inMemory(cached.reply) : null);
    });
  }
}
