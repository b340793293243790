import * as fs from 'node:fs';
import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { BodyKeeper, ImageOpener, ImageStore, ReceivedBody } from '../core/host.ts';
import { BodyWriter, bodyProblem } from './body-writer.ts';
import { FileDigests } from './file-digest.ts';
import { FileImage } from './file-image.ts';
import { ImageCache, type CacheOptions } from './image-cache.ts';
import { ImageIndex } from './image-index.ts';
import { saveBody } from './saving.ts';
import { removeAbandoned } from './temporary-file.ts';

/** How the folder is read. Defaults are in `DEFAULT_FOLDER_OPTIONS`. */
export interface FolderOptions extends CacheOptions {
  /** Bytes of images that are loaded for one request each, at any time. */
  readonly loadedBytes: number;
}

/** 32 MiB of images of up to 512 KiB; changes are noticed within 50 ms. */
export const DEFAULT_FOLDER_OPTIONS: FolderOptions = {
  cacheBytes: 32 * 1_024 * 1_024,
  cachedImageBytes: 512 * 1_024,
  believeMs: 50,
  loadedBytes: 48 * 1_024 * 1_024,
};

// Without following a link that stands where the file was, and without waiting for a pipe's other end.
const OPEN_FLAGS = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;

/**
 * The images folder on disk. Answers only with regular files that lie in it, and notices what is added,
 * removed or changed there while the peer runs.
 */
export class ImageFolder implements ImageStore {
  /** Real path of the folder. */
  readonly path: string;
  readonly #options: FolderOptions;
  readonly #cache: ImageCache;
  readonly #digests = new FileDigests();
  /** Bodies that are being kept or discarded. */
  readonly #underWay = new Set<Promise<void>>();
  #loadedBytes = 0;
  #index: ImageIndex = ImageIndex.empty();
  #indexStamp: bigint = -1n;
  #seenMs: number = -Infinity;
  /** The look at the disk that is under way, which everybody who comes meanwhile shares. */
  #looking: Promise<boolean> | null = null;

  private constructor(path: string, options: FolderOptions) {
    this.path = path;
    this.#options = options;
    this.#cache = new ImageCache(path, options);
  }

  /** Opens a folder. Rejects with the system's error when it cannot be read. */
  static async open(
    folder: string,
    options: FolderOptions = DEFAULT_FOLDER_OPTIONS,
  ): Promise<ImageFolder> {
    const store = new ImageFolder(await realpath(folder), options);
    store.#index = await ImageIndex.read(store.path);
    return store;
  }

  /** Removes what processes that are gone have left half saved. Returns how many files; never rejects. */
  async tidy(): Promise<number> {
    return await removeAbandoned(this.path);
  }

  /** The index of the folder as it is now. */
  async index(): Promise<ImageIndex> {
    this.#seenMs = -Infinity;
    await this.#look();
    return this.#index;
  }

  open(name: string, isComplete: boolean, opener: ImageOpener): void {
    if (performance.now() - this.#seenMs < this.#options.believeMs) {
      process.nextTick(() => this.#openIndexed(name, isComplete, opener));
      return;
    }
    void this.#look().then((isThere) => {
      if (isThere) this.#openIndexed(name, isComplete, opener);
      else opener.onNoImage('unreadable');
    });
  }

  keep(body: ReceivedBody, name: string, keeper: BodyKeeper): void {
    const saved = saveBody(this.path, body as BodyWriter, name, this.#digests).then(
      (kept) => keeper.onKept(kept),
      (error: unknown) => keeper.onKeepFailed(bodyProblem(error)),
    );
    this.#note(saved);
  }

  discard(body: ReceivedBody): void {
    this.#note((body as BodyWriter).drop());
  }

  /** A place for a body that is about to arrive; `discard` or `keep` ends it. */
  newBody(): BodyWriter {
    return new BodyWriter(this.path);
  }

  /** Resolves when all bodies that were to be kept or discarded are, and their temporary files gone. Never rejects. */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  #note(work: Promise<void>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work));
  }

  /** Looks whether the folder has changed, and reads it again if so. False when it cannot be read. */
  #look(): Promise<boolean> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  async #lookNow(): Promise<boolean> {
    try {
      const { mtimeNs } = await fs.promises.stat(this.path, { bigint: true });
      if (mtimeNs !== this.#indexStamp) {
        this.#index = await ImageIndex.read(this.path);
        // A folder changed twice within one tick of the file system's clock has one time for both: a
        // time so recent is not believed.
        const isSettled = BigInt(Date.now()) * 1_000_000n - mtimeNs > 100_000_000n;
        this.#indexStamp = isSettled ? mtimeNs : -1n;
      }
      this.#seenMs = performance.now();
      return true;
    } catch {
      this.#index = ImageIndex.empty();
      this.#indexStamp = -1n;
      return false;
    }
  }

  #openIndexed(name: string, isComplete: boolean, opener: ImageOpener): void {
    if (!isComplete && this.#index.hasLonger(name)) return opener.onNoImage('ambiguous');
    const file = this.#index.find(name);
    if (file === undefined) return opener.onNoImage('not-found');
    this.#cache.get(file, (image) => {
      if (image === null) this.#openFile(file, opener);
      else opener.onImage(image);
    });
  }

  #openFile(file: string, opener: ImageOpener): void {
    fs.open(join(this.path, file), OPEN_FLAGS, (error, fd) => {
      if (error !== null) return opener.onNoImage(missReason(error));
      fs.fstat(fd, { bigint: true }, (failure, stats) => {
        if (failure !== null || !stats.isFile() || stats.size === 0n) {
          fs.close(fd, () => {});
          return opener.onNoImage(failure === null ? 'not-found' : 'unreadable');
        }
        const sizeBytes = Number(stats.size);
        const isLarge =
          sizeBytes > Math.min(this.#options.cachedImageBytes, this.#options.cacheBytes);
        // Loading whole what nobody shares is quick, but a thousand stuck readers would fill the memory.
        if (isLarge || this.#loadedBytes + sizeBytes > this.#options.loadedBytes) {
          return opener.onImage(FileImage.onDisk(fd, sizeBytes));
        }
        this.#load(file, fd, stats, opener);
      });
    });
  }

  #load(file: string, fd: number, stats: fs.BigIntStats, opener: ImageOpener): void {
    const sizeBytes = Number(stats.size);
    const { reply, image } = FileImage.room(sizeBytes);
    this.#loadedBytes += sizeBytes;
    const forget = (): void => {
      this.#loadedBytes -= sizeBytes;
    };
    fs.read(fd, image, 0, sizeBytes, 0, (error, bytesRead) => {
      fs.close(fd, () => {});
      // Shorter than a moment ago: somebody is writing it.
      if (error !== null || bytesRead !== sizeBytes) {
        forget();
        return opener.onNoImage('unreadable');
      }
      this.#cache.offer(file, reply, stats);
      opener.onImage(FileImage.inMemory(reply, forget));
    });
  }
}

function missReason(error: NodeJS.ErrnoException): 'not-found' | 'unreadable' {
  // ELOOP: a link stands there now.
  return error.code === 'ENOENT' || error.code === 'ELOOP' ? 'not-found' : 'unreadable';
}
