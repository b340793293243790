import { randomFillSync } from 'node:crypto';
import { open, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `RES: ` stands before each image. */
export const HEAD_BYTES = 5;

/** Writes `count` files of random bytes and returns their names, none the beginning of another. */
export async function writeImages(
  folder: string,
  count: number,
  sizeBytes: number,
): Promise<string[]> {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  const names = nameImages(count);
  for (const name of names) await writeFile(join(folder, name), randomFillSync(bytes));
  return names;
}

/** The same with holes instead of bytes: as long, as distinct, and no load for the disk. */
export async function writeHoles(
  folder: string,
  count: number,
  sizeBytes: number,
): Promise<string[]> {
  const names = nameImages(count);
  for (const name of names) {
    await (await open(join(folder, name), 'wx')).close();
    await truncate(join(folder, name), sizeBytes);
  }
  return names;
}

function nameImages(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `image-${String(i).padStart(4, '0')}.bin`);
}
