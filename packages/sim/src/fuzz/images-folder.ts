import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FuzzImages } from './fuzz-images.ts';

/** The images of a folder: its regular files but hidden ones. Throws what the system says when it cannot be read. */
export function imagesOfFolder(folder: string): FuzzImages {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map(({ name }) => [name.normalize('NFC'), readFileSync(join(folder, name))] as const);
  return new Map(files);
}
