import { link, lstat, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeptImage } from '../core/host.ts';
import {
  MAX_NAME_BYTES,
  RECEIVED_PREFIX,
  nameBytes,
  receivedName,
} from '../protocol/image-name.ts';
import type { BodyWriter } from './body-writer.ts';
import type { FileDigests } from './file-digest.ts';

/** How many images of one name and different bytes a folder may hold. */
const MAX_COPIES = 999;

/** Longest name, in bytes, that can be saved: its prefix and a number must fit beside it. */
export const MAX_SAVED_NAME_BYTES: number =
  MAX_NAME_BYTES - nameBytes(RECEIVED_PREFIX) - nameBytes(` (${MAX_COPIES})`);

/**
 * Saves a body as `received_NAME`, so that a crash at any moment leaves the old state or the whole new
 * file: a temporary file, synced, linked to its name, the folder synced. A file that is there already
 * is never replaced: with the same bytes it is taken for the copy, with others the new one gets a
 * number. Rejects with the system's error; the temporary file is removed in any case.
 */
export async function saveBody(
  folder: string,
  body: BodyWriter,
  name: string,
  digests: FileDigests,
): Promise<KeptImage> {
  try {
    let temporary: string | null = null;
    for (let copy = 1; copy <= MAX_COPIES; copy++) {
      const savedAs = receivedName(name, copy);
      const path = join(folder, savedAs);
      if (await hasSameBytes(path, body, digests)) return { savedAs, wasThere: true };
      temporary ??= await body.commit();
      if (await placeAt(temporary, path)) {
        await syncFolder(folder);
        return { savedAs, wasThere: false };
      }
      // Whoever took the name a moment ago may have brought the same bytes.
      if (await hasSameBytes(path, body, digests)) return { savedAs, wasThere: true };
    }
    throw Object.assign(new Error(`${MAX_COPIES} images are called ${name}`), { code: 'EEXIST' });
  } finally {
    await body.drop();
  }
}

async function hasSameBytes(
  path: string,
  body: BodyWriter,
  digests: FileDigests,
): Promise<boolean> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null || !stats.isFile() || stats.size !== body.sizeBytes) return false;
  return (await digests.of(path)) === body.sha256;
}

/** Gives the temporary file its name. False when the name is taken. */
async function placeAt(temporary: string, path: string): Promise<boolean> {
  try {
    // A link, unlike a rename, fails when the name is taken.
    await link(temporary, path);
    // It has its name; that the other one is left must not look as if it had none.
    await unlink(temporary).catch(() => {});
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
  }
  return await placeWithoutLink(temporary, path);
}

/**
 * On a file system without links (FAT, some network ones): an empty file takes the name, which only one can
 * make, and the image is renamed over it. A crash between the two leaves the empty file, which is not served.
 */
async function placeWithoutLink(temporary: string, path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx')).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  try {
    await rename(temporary, path);
  } catch (error) {
    await unlink(path).catch(() => {});
    throw error;
  }
  return true;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch {
    // Some systems cannot sync a folder; the file itself is on the disk by now.
  } finally {
    await handle.close();
  }
}
