import { readdirSync } from 'node:fs';

/**
 * Names of the pictures in a folder, sorted by code unit so that every machine has one order:
 * its regular files, without hidden ones. Throws what the file system throws.
 */
export function listImages(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}
