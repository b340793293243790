/** What stands in the lock of a folder. */
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { ProcessIdentity } from './process-identity.ts';

const MOST_LOCK_BYTES = 4_096;

/** A link is not followed, and a pipe keeps nobody waiting. */
const READ_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** A lock as it was read. */
export interface FoundLock {
  readonly text: string;
  readonly mtimeMs: number;
  /** Not a file that any of us can have made. */
  readonly isForeign: boolean;
}

/** Writes a new lock and closes it. `nowMs`: the time as the file system has it. */
export async function fillLock(
  file: Awaited<ReturnType<typeof open>>,
  text: string,
): Promise<{ nowMs: number }> {
  try {
    await file.writeFile(text);
    return { nowMs: (await file.stat()).mtimeMs };
  } finally {
    await file.close();
  }
}

/** Reads a lock; null: there is none. Rejects with the system's error. */
export async function readLock(path: string): Promise<FoundLock | null> {
  let file;
  try {
    file = await open(path, READ_FLAGS);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return null;
    if (code === 'ELOOP') return { text: '', mtimeMs: 0, isForeign: true };
    throw error;
  }
  try {
    const stats = await file.stat();
    const { mtimeMs } = stats;
    if (!stats.isFile() || stats.size > MOST_LOCK_BYTES)
      return { text: '', mtimeMs, isForeign: true };
    return { text: await file.readFile('utf8'), mtimeMs, isForeign: false };
  } finally {
    await file.close();
  }
}

/** Whether the lock has this very text, at once. Throws the system's error. */
export function holdsText(path: string, text: string): boolean {
  const file = openSync(path, READ_FLAGS);
  try {
    const bytes = Buffer.alloc(MOST_LOCK_BYTES + 1);
    return bytes.toString('utf8', 0, readSync(file, bytes)) === text;
  } finally {
    closeSync(file);
  }
}

/** Who holds it; null when the text is not what we write. */
export function readHolder(text: string): ProcessIdentity | null {
  try {
    const { pid, startTicks, place } = JSON.parse(text) as Record<string, unknown>;
    const isPid = Number.isSafeInteger(pid) && (pid as number) > 0;
    const isTicks = startTicks === null || typeof startTicks === 'string';
    if (!isPid || !isTicks || typeof place !== 'string') return null;
    return { pid: pid as number, startTicks, place };
  } catch {
    return null;
  }
}
