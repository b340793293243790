import { readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { FolderLock, LOCK_NAME, STALE_MS, tidyOnce } from '../../src/operation/folder-lock.ts';
import { ownIdentity, type ProcessIdentity } from '../../src/operation/process-identity.ts';
import { ImageFolder } from '../../src/storage/image-folder.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** No process has a number as high as that. */
const GONE = 99_999_999;

async function opened(folder: string, own?: ProcessIdentity): Promise<FolderLock> {
  const lock = await FolderLock.open(folder, own);
  onTestFinished(() => lock.close());
  return lock;
}

/** A process that this one cannot ask for. */
async function elsewhere(): Promise<ProcessIdentity> {
  return { ...(await ownIdentity()), place: 'another machine' };
}

async function leave(folder: string, holder: unknown, ageMs = 0): Promise<void> {
  const path = join(folder, LOCK_NAME);
  await writeFile(path, typeof holder === 'string' ? holder : JSON.stringify(holder));
  const seconds = (Date.now() - ageMs) / 1_000;
  await utimes(path, seconds, seconds);
}

describe('the lock of a folder', () => {
  test('is held by one at a time, and by the next one when that gives it back', async () => {
    const folder = await temporaryFolder();
    const first = await opened(folder);
    const second = await opened(folder, { ...(await ownIdentity()), startTicks: null });
    expect(first.state).toEqual({ kind: 'held' });
    expect(second.state).toEqual({ kind: 'busy', by: process.pid });
    await first.close();
    await second.beat();
    expect(second.state).toEqual({ kind: 'held' });
    await second.close();
    expect(await readdir(folder)).toEqual([]);
  });

  test('is taken away by a process that ends at once, unless it is another one by then', async () => {
    const folder = await temporaryFolder();
    const lock = await opened(folder);
    const other = JSON.stringify({ version: 1, ...(await elsewhere()) });
    await leave(folder, other);
    lock.closeNow();
    expect(await readFile(join(folder, LOCK_NAME), 'utf8')).toBe(other);
    await leave(folder, { version: 1, pid: GONE }, 2 * STALE_MS);
    const next = await opened(folder);
    expect(next.state).toEqual({ kind: 'held' });
    next.closeNow();
    expect(await readdir(folder)).toEqual([]);
  });

  test('is never served', async () => {
    const folder = await temporaryFolder();
    await opened(folder);
    const index = await (await ImageFolder.open(folder)).index();
    expect(index.names()).toEqual([]);
    expect(index.refused).toEqual([{ name: LOCK_NAME, why: 'hidden' }]);
  });

  test.each([
    ['a process that is gone', { pid: GONE }],
    ['a number that another process has now', { startTicks: 'earlier' }],
  ])('of %s is taken over', async (_what, other) => {
    // Elsewhere the time of a start is not known, and a number says nothing more.
    if ((await ownIdentity()).startTicks === null && 'startTicks' in other) return;
    const folder = await temporaryFolder();
    await leave(folder, { version: 1, ...(await ownIdentity()), ...other });
    expect((await opened(folder)).state).toEqual({ kind: 'held' });
    expect(await readdir(folder)).toEqual([LOCK_NAME]);
  });

  test('of another machine is respected as long as it is written to', async () => {
    const folder = await temporaryFolder();
    await leave(folder, { ...(await elsewhere()), pid: GONE }, STALE_MS / 2);
    const lock = await opened(folder);
    expect(lock.state).toEqual({ kind: 'busy', by: GONE });
    await leave(folder, { ...(await elsewhere()), pid: GONE }, 2 * STALE_MS);
    await lock.beat();
    expect(lock.state).toEqual({ kind: 'held' });
  });

  test.each(['', 'no json', '{"pid":-1}', '{"pid":1}', '[]', 'null'])(
    'with the text %j is taken over when it is old',
    async (text) => {
      const folder = await temporaryFolder();
      await leave(folder, text);
      const lock = await opened(folder);
      expect(lock.state).toEqual({ kind: 'busy', by: 0 });
      await leave(folder, text, 2 * STALE_MS);
      await lock.beat();
      expect(lock.state).toEqual({ kind: 'held' });
    },
  );

  test('that is a link is left alone, and so is what it leads to', async () => {
    const folder = await temporaryFolder();
    const target = join(await temporaryFolder(), 'precious');
    await writeFile(target, 'precious');
    await symlink(target, join(folder, LOCK_NAME));
    const lock = await opened(folder);
    expect(lock.state).toEqual({ kind: 'busy', by: 0 });
    await lock.close();
    expect(await readFile(target, 'utf8')).toBe('precious');
    expect(await readdir(folder)).toEqual([LOCK_NAME]);
  });

  test('is written anew at each beat, so that others see that its holder is there', async () => {
    const folder = await temporaryFolder();
    const lock = await opened(folder);
    const path = join(folder, LOCK_NAME);
    const text = await readFile(path, 'utf8');
    await utimes(path, 1, 1);
    await lock.beat();
    expect((await stat(path)).mtimeMs).toBeGreaterThan(1_000_000);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('that somebody else has taken meanwhile is given up, and not removed at the end', async () => {
    const folder = await temporaryFolder();
    const lock = await opened(folder);
    await leave(folder, { ...(await elsewhere()), pid: GONE });
    await lock.beat();
    expect(lock.state).toEqual({ kind: 'busy', by: GONE });
    await lock.close();
    expect(await readdir(folder)).toEqual([LOCK_NAME]);
  });

  test('of a folder that is gone cannot be had, and then can', async () => {
    const folder = join(await temporaryFolder(), 'images');
    const lock = await opened(folder);
    expect(lock.state).toEqual({ kind: 'none', code: 'ENOENT' });
  });

  test('is had by one of many who find it stale at once', async () => {
    const folder = await temporaryFolder();
    await leave(folder, { version: 1, ...(await ownIdentity()), pid: GONE });
    const own = await ownIdentity();
    // Three that run, whose times of start nobody compares.
    const pids = [process.pid, process.ppid, 1];
    const locks = await Promise.all(
      pids.map((pid) => opened(folder, { ...own, pid, startTicks: null })),
    );
    // One beat later they all know.
    for (const lock of locks) await lock.beat();
    expect(locks.filter(({ state }) => state.kind === 'held')).toHaveLength(1);
  });
});

test('a folder is tidied only by who holds its lock', async () => {
  const path = await temporaryFolder();
  let tidied = 0;
  const folder = {
    path,
    async tidy() {
      return ++tidied;
    },
  };
  const lock = await opened(path);
  await tidyOnce(folder);
  expect(tidied).toBe(0);
  await lock.close();
  await tidyOnce(folder);
  expect(tidied).toBe(1);
  expect(await readdir(path)).toEqual([]);
});
