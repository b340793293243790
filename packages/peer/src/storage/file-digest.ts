import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** Read so much at a time: a read is a trip to another thread, and small ones are mostly trip. */
const CHUNK_BYTES = 1_024 * 1_024;

/** SHA-256 of a file, 64 lower-case hexadecimal digits; null when it cannot be read. */
export async function digestFile(path: string): Promise<string | null> {
  try {
    const file = await open(path);
    try {
      const hash = createHash('sha256');
      const { size } = await file.stat();
      const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size + 1));
      let bytesRead: number;
      do {
        ({ bytesRead } = await file.read(buffer, 0, buffer.length, null));
        hash.update(buffer.subarray(0, bytesRead));
      } while (bytesRead > 0);
      return hash.digest('hex');
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}
