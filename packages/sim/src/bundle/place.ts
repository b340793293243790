/** Where bundles are put: whole or not at all, and never over something else. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { renameSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { makeFolders } from '@imagemesh/peer';
import { readManifest } from './manifest.ts';

/** Why bundles cannot be put there, as the rest of a sentence; null when they can. `isSeveral`: each in a folder below it. */
export function placeProblem(folder: string, isSeveral: boolean): string | null {
  if (folder === '') return 'that is no name of a folder';
  const parent = dirname(resolve(folder));
  if (!existsSync(parent)) return `there is no folder ${parent}`;
  const there = statSync(folder, { throwIfNoEntry: false });
  if (there === undefined) return null;
  if (!there.isDirectory()) return 'that is a file; name a folder that need not exist';
  const entries = readdirSync(folder);
  if (entries.length === 0) return null;
  const isOurs = isSeveral
    ? entries.every((name) => readManifest(join(folder, name)) !== null)
    : readManifest(folder) !== null;
  return isOurs ? null : 'there is something else in that folder; name another one';
}

/** A new folder beside the place of a bundle, on the same file system, in which it is made. */
export function makeStaging(folder: string): string {
  const place = resolve(folder);
  return mkdtempSync(join(dirname(place), `.${basename(place).slice(0, 60)}.`));
}

/** Puts what was made in its place; an older bundle there goes. Throws the system's error. */
export function putInPlace(staging: string, folder: string): void {
  const place = resolve(folder);
  makeFolders(dirname(place));
  const aside = join(dirname(place), `.${basename(place).slice(0, 60)}.${randomUUID()}.old`);
  const isThere = existsSync(place);
  if (isThere) renameSync(place, aside);
  try {
    renameSync(staging, place);
  } catch (error) {
    if (isThere) renameSync(aside, place);
    throw error;
  }
  rmSync(aside, { recursive: true, force: true });
}
