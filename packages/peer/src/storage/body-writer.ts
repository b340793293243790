import { createHash, type Hash } from 'node:crypto';
import { unlink, type FileHandle } from 'node:fs/promises';
import type { BodyProblem, ReceivedBody } from '../core/host.ts';
import { PictureInspector, type PictureReport } from '../protocol/picture.ts';
import { openTemporary } from './temporary-file.ts';

/** Bodies up to this size wait in memory, so that one that is refused never touches the disk. */
const MEMORY_BYTES = 256 * 1_024;

/**
 * Takes in one body from the network: hashes it, looks at its structure, and holds it in memory or,
 * when it grows, in a temporary file of the folder that it will be kept in.
 */
export class BodyWriter implements ReceivedBody {
  readonly #folder: string;
  readonly #hash: Hash = createHash('sha256');
  readonly #inspector = new PictureInspector();
  #inMemory: Uint8Array[] = [];
  #file: FileHandle | null = null;
  #path = '';
  #writing: Promise<void> = Promise.resolve();
  #problem: BodyProblem | null = null;
  #isDropped = false;
  sizeBytes = 0;
  sha256 = '';
  picture: PictureReport = { format: 'unknown', completeness: 'unverified' };

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** What went wrong with the disk, if anything did. */
  get problem(): BodyProblem | null {
    return this.#problem;
  }

  /**
   * Takes the next bytes. Null: they have been copied and the caller may reuse their buffer at once;
   * otherwise when the promise resolves (it never rejects).
   */
  push(bytes: Uint8Array): Promise<void> | null {
    this.#hash.update(bytes);
    this.#inspector.push(bytes);
    this.sizeBytes += bytes.length;
    if (this.#file === null && this.#path === '' && this.sizeBytes <= MEMORY_BYTES) {
      // Not `slice`, which for a Buffer is a view of what the caller is about to reuse.
      this.#inMemory.push(new Uint8Array(bytes));
      return null;
    }
    this.#writing = this.#write(this.#writing, bytes);
    return this.#writing;
  }

  /** All has been pushed: fills in the digest and the report. Resolves when all is written. */
  async finish(): Promise<void> {
    await this.#writing;
    this.sha256 = this.#hash.digest('hex');
    this.picture = this.#inspector.report();
  }

  /** Drops the body and its file. */
  async drop(): Promise<void> {
    this.#isDropped = true;
    this.#inMemory = [];
    await this.#writing;
    await this.#file?.close().catch(() => {});
    this.#file = null;
    if (this.#path !== '') await unlink(this.#path).catch(() => {});
  }

  /**
   * Brings the bytes safely to the disk, in a closed temporary file, and returns its path. Rejects with
   * the system's error.
   */
  async commit(): Promise<string> {
    if (this.#path === '') await this.#spill();
    const file = this.#file!;
    await file.sync();
    this.#file = null;
    await file.close();
    return this.#path;
  }

  async #write(before: Promise<void>, bytes: Uint8Array): Promise<void> {
    // Named at once, so that the pushes behind this one do not go to memory.
    const isFirst = this.#path === '';
    if (isFirst) this.#path = 'opening';
    await before;
    if (this.#problem !== null || this.#isDropped) {
      if (this.#path === 'opening') this.#path = '';
      return;
    }
    try {
      if (isFirst) await this.#spill();
      await writeAll(this.#file!, bytes);
    } catch (error) {
      this.#problem = bodyProblem(error);
      if (this.#path === 'opening') this.#path = '';
    }
  }

  async #spill(): Promise<void> {
    const { path, file } = await openTemporary(this.#folder);
    this.#path = path;
    this.#file = file;
    for (const bytes of this.#inMemory) await writeAll(file, bytes);
    this.#inMemory = [];
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await file.write(bytes, written, bytes.length - written)).bytesWritten;
  }
}

/** The code for a failure of the disk. */
export function bodyProblem(error: unknown): BodyProblem {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'no-space';
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS' ? 'no-permission' : 'io';
}
