import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those around it that are missing; nothing when it is there. Throws the system's error. Not
 * `mkdir` with `recursive`: where the system says that a folder cannot be made because it is not there, as below
 * `/proc`, that tries for ever.
 */
export function makeFolders(path: string, mode = 0o777): void {
  if (existsSync(path)) return;
  makeFolders(dirname(path), mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have been quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
