import { createHash } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { LRUCache } from 'lru-cache';

/** Read so much at a time: a read is a trip to another thread, and small ones are mostly trip. */
const CHUNK_BYTES = 1_024 * 1_024;

// A pipe or a link in the place of the file must not make us wait, or read something else.
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Files whose digests are remembered. */
const REMEMBERED = 4_096;

/** What tells one state of a file from another. */
export type FileStamp = Pick<BigIntStats, 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>;

/** Whether two stamps are of one state of one file. */
export function isSameFile(a: FileStamp, b: FileStamp): boolean {
  return a.ino === b.ino && a.size === b.size && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs;
}

/** Digests of files, each taken once for as long as the file stays as it is. */
export class FileDigests {
  // A bound on the count would take its room at once, 100 KB, which thousands of peers in one process have not got.
  readonly #seen = new LRUCache<string, { readonly stamp: FileStamp; readonly sha256: string }>({
    maxSize: REMEMBERED,
    sizeCalculation: () => 1,
  });

  /** SHA-256 of a file, 64 lower-case hexadecimal digits; null when it cannot be read. */
  async of(path: string): Promise<string | null> {
    let file: FileHandle | null = null;
    try {
      file = await open(path, FLAGS);
      const stamp = await file.stat({ bigint: true });
      if (!stamp.isFile()) return null;
      const seen = this.#seen.get(path);
      if (seen !== undefined && isSameFile(seen.stamp, stamp)) return seen.sha256;
      const sha256 = await digest(file, Number(stamp.size));
      // Somebody who writes it right now would leave us with an old digest for the new bytes.
      const after = await file.stat({ bigint: true });
      if (isSameFile(stamp, after) && isSettled(after)) this.#seen.set(path, { stamp, sha256 });
      return sha256;
    } catch {
      return null;
    } finally {
      await file?.close();
    }
  }
}

/** Whether a file is old enough that another change would show in its times. */
function isSettled({ mtimeNs }: FileStamp): boolean {
  return BigInt(Date.now()) * 1_000_000n - mtimeNs > 100_000_000n;
}

async function digest(file: FileHandle, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, sizeBytes + 1));
  let bytesRead: number;
  let total = 0;
  do {
    ({ bytesRead } = await file.read(buffer, 0, buffer.length, null));
    hash.update(buffer.subarray(0, bytesRead));
    total += bytesRead;
    // What grows while it is read has no digest worth waiting for.
  } while (bytesRead > 0 && total <= sizeBytes);
  return hash.digest('hex');
}
