import { mkdir } from 'node:fs/promises';

/** The folder of images when none is named, as in the original. */
export const DEFAULT_FOLDER = 'images';

/**
 * Makes the default folder when it is missing, since a newcomer has none; one that the user named must
 * be there, or a slip of the pen would serve an empty folder.
 */
export async function ensureFolder(folder: string): Promise<void> {
  if (folder !== DEFAULT_FOLDER) return;
  // What went wrong shows when the folder is opened.
  await mkdir(folder).catch(() => {});
}
