import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../plan/plan.ts';
import { IMAGES_FOLDER } from './frozen-scenario.ts';

/** Pictures of a folder are taken along when all of them together have no more bytes than this. */
export const MOST_IMAGE_BYTES: number = 32 * 2 ** 20;

/** What is said of the pictures of a run: a line for each of a folder, or the rule by which they are made. */
export function imagesManifest({ scenario, seed, images }: Plan): object {
  const { from, generate } = scenario.images;
  if (generate !== null) return { generate, seed };
  const files = images.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 }));
  return { from, images: files };
}

/** Copies the pictures, when they are not too many. Gives what was left where it is, or null. */
export function takeImages(
  { scenario, images }: Plan,
  folder: string,
): { readonly folder: string; readonly bytes: number } | null {
  const { from } = scenario.images;
  if (from === null) return null;
  const bytes = images.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  if (bytes > MOST_IMAGE_BYTES) return { folder: from, bytes };
  const to = join(folder, IMAGES_FOLDER);
  mkdirSync(to);
  for (const { name, source } of images) {
    if ('path' in source) copyFileSync(source.path, join(to, name));
  }
  return null;
}
