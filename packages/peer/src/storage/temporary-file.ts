import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { open, readdir, lstat, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessRunning } from './running-process.ts';

const PATTERN = /^\.p2p-(\d+)-[0-9a-f]{12}\.part$/;

/** A file that nobody has touched for so long belongs to no transfer that is still running. */
const ABANDONED_MS = 10 * 60_000;

/** Whether a file of this name is one that a transfer is, or was, written to. */
export function isTemporaryName(name: string): boolean {
  return PATTERN.test(name);
}

/** A new, empty, hidden file in `folder`, opened exclusively for writing. */
export async function openTemporary(folder: string): Promise<{ path: string; file: FileHandle }> {
  const path = join(folder, `.p2p-${process.pid}-${randomBytes(6).toString('hex')}.part`);
  const flags = constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_NOFOLLOW;
  return { path, file: await open(path, flags, 0o644) };
}

/**
 * Removes what a peer that was killed has left in `folder`: temporary files whose process is gone and
 * that have not been written to for ten minutes (a process number alone proves nothing when the folder
 * is shared between containers). Returns how many; never rejects.
 */
export async function removeAbandoned(folder: string): Promise<number> {
  let removed = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = PATTERN.exec(name)?.[1];
    if (pid === undefined || isProcessRunning(Number(pid))) continue;
    const path = join(folder, name);
    const stats: Stats | null = await lstat(path).catch(() => null);
    if (stats === null || Date.now() - stats.mtimeMs < ABANDONED_MS) continue;
    await unlink(path).then(
      () => removed++,
      () => {},
    );
  }
  return removed;
}
