import { open, rename, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolders } from './make-folders.ts';

/**
 * Writes a file so that at any moment, also after a crash, it has the old or the new text: a file beside it,
 * synced, renamed, the folder synced. Rejects with the system's error.
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  makeFolders(dirname(path), 0o700);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = await open(temporary, 'w', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(dirname(path));
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => null);
  // Some systems cannot sync a folder; then the name is on the disk a little later.
  await handle?.sync().catch(() => {});
  await handle?.close();
}
