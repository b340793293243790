import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Makes an empty folder; the caller removes it with `removeFolder`. */
export function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'p2p-test-'));
}

/** Removes a folder and all that is in it. */
export function removeFolder(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** An empty folder that is removed after the running test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await makeFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** Where the project's own pictures lie. */
export const IMAGES: string = join(import.meta.dirname, '../../../images');

/** The root of the project. */
export const ROOT: string = join(import.meta.dirname, '../../..');

if (!existsSync(IMAGES)) throw new Error(`${IMAGES} is missing; run the tests in the project.`);
