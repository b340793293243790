/**
 * Who looks after an images folder. What several processes do in one folder is safe by itself: a temporary
 * file has a name of its own and is opened exclusively, and an image gets its name by a link, which fails when
 * the name is taken. So two peers, and `p2p get` beside a peer, may share and save into one folder. What only
 * one may do is to clear away temporary files that others have left, for it has to judge whether they still
 * are in use. That one holds `.p2p.lock`, a hidden file that is never served.
 *
 *   held ⇄ busy, or none: the folder cannot be written
 *
 * The file says which process holds it. One of this machine is asked for; of others (a network file system,
 * containers) it is only known that a holder writes the file anew every `BEAT_MS`: after `STALE_MS` without
 * that it is gone. Both times are the file system's own, so no two clocks are compared. Two that find a stale
 * lock at once can both believe for one beat that they have it; the next one tells them apart, and until then
 * they only clear away what was left for ten minutes.
 */
import { constants, unlinkSync } from 'node:fs';
import { link, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fillLock, holdsText, readHolder, readLock, type FoundLock } from './lock-file.ts';
import { isRunning, ownIdentity, type ProcessIdentity } from './process-identity.ts';
import { openTemporary } from '../storage/temporary-file.ts';

/** Name of the lock in the folder. */
export const LOCK_NAME = '.p2p.lock';

/** How often a holder shows that it is there, and others look whether it still is. */
export const BEAT_MS = 30_000;

/** Five beats missed. */
export const STALE_MS: number = 5 * BEAT_MS;

/** What holds for a folder. `by`: the process number of the holder, 0 when that is not known. */
export type LockState =
  | { readonly kind: 'held' }
  | { readonly kind: 'busy'; readonly by: number }
  | { readonly kind: 'none'; readonly code: string };

/** See the head of this file. */
export class FolderLock {
  readonly #folder: string;
  readonly #path: string;
  readonly #text: string;
  readonly #own: ProcessIdentity;
  #state: LockState = { kind: 'busy', by: 0 };
  #timer: NodeJS.Timeout | null = null;
  #beating: Promise<void> = Promise.resolve();

  private constructor(folder: string, own: ProcessIdentity) {
    this.#folder = folder;
    this.#path = join(folder, LOCK_NAME);
    this.#own = own;
    this.#text = `${JSON.stringify({ version: 1, ...own })}\n`;
  }

  /** Takes the lock if it is free. Never rejects. */
  static async open(folder: string, own?: ProcessIdentity): Promise<FolderLock> {
    const lock = new FolderLock(folder, own ?? (await ownIdentity()));
    await lock.beat();
    return lock;
  }

  get state(): LockState {
    return this.#state;
  }

  /**
   * From here on keeps the lock, or takes it as soon as its holder is gone. `onHeld` is told when it was taken
   * later than at first.
   */
  keep(onHeld: () => void): void {
    this.#timer = setInterval(() => {
      this.#beating = this.#beating.then(async () => {
        const wasHeld = this.#state.kind === 'held';
        await this.beat();
        if (!wasHeld && this.#state.kind === 'held') onHeld();
      });
    }, BEAT_MS).unref();
  }

  /** Shows that it is still there, or tries again. */
  async beat(): Promise<void> {
    try {
      if (this.#state.kind === 'held' && (await this.#refresh())) return;
      this.#state = await this.#take();
    } catch (error) {
      this.#state = { kind: 'none', code: (error as NodeJS.ErrnoException).code ?? 'unknown' };
    }
  }

  /** Gives it back. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await this.#beating;
    if (this.#state.kind !== 'held') return;
    this.#state = { kind: 'busy', by: 0 };
    const found = await readLock(this.#path).catch(() => null);
    if (found?.text === this.#text) await unlink(this.#path).catch(() => {});
  }

  /** The same at once, for a process that ends now. */
  closeNow(): void {
    if (this.#state.kind !== 'held') return;
    this.#state = { kind: 'busy', by: 0 };
    try {
      // After a pause in which it was stale, as of a machine that slept, another one may hold it.
      if (holdsText(this.#path, this.#text)) unlinkSync(this.#path);
    } catch {
      // It will be found stale.
    }
  }

  /** False when the lock is not ours any more. */
  async #refresh(): Promise<boolean> {
    const found = await readLock(this.#path);
    if (found?.text !== this.#text) return false;
    const file = await open(this.#path, constants.O_WRONLY | constants.O_NOFOLLOW);
    try {
      // The same bytes, for the sake of the time that the file system notes.
      await file.write(this.#text, 0);
    } finally {
      await file.close();
    }
    return true;
  }

  async #take(): Promise<LockState> {
    const { path, file } = await openTemporary(this.#folder);
    try {
      const { nowMs } = await fillLock(file, this.#text);
      for (let tries = 0; tries < 3; tries++) {
        if (await this.#place(path)) return { kind: 'held' };
        const found = await readLock(this.#path);
        if (found === null) continue;
        const holder = readHolder(found.text);
        const busy = { kind: 'busy', by: holder?.pid ?? 0 } as const;
        if (!(await this.#isStale(found, holder, nowMs))) return busy;
        await this.#setAside(found.text);
      }
      return { kind: 'busy', by: 0 };
    } finally {
      await unlink(path).catch(() => {});
    }
  }

  async #place(temporary: string): Promise<boolean> {
    try {
      await link(temporary, this.#path);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') return false;
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    }
    return await this.#placeWithoutLink();
  }

  async #placeWithoutLink(): Promise<boolean> {
    try {
      const file = await open(this.#path, 'wx', 0o644);
      await fillLock(file, this.#text);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  async #isStale(
    { mtimeMs, isForeign }: FoundLock,
    holder: ProcessIdentity | null,
    nowMs: number,
  ): Promise<boolean> {
    if (isForeign) return false;
    const runs = holder === null ? 'unknown' : await isRunning(holder, this.#own);
    return runs === 'unknown' ? nowMs - mtimeMs > STALE_MS : !runs;
  }

  /** Takes a stale lock away, unless it is another one by now: then it is put back. */
  async #setAside(text: string): Promise<void> {
    // Over a temporary file, so that whatever happens it is one that is cleared away some day.
    const { path: aside, file } = await openTemporary(this.#folder);
    await file.close();
    try {
      await rename(this.#path, aside);
    } catch (error) {
      await unlink(aside).catch(() => {});
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      throw error;
    }
    const moved = await readLock(aside);
    if (moved !== null && moved.text !== text) await link(aside, this.#path).catch(() => {});
    await unlink(aside).catch(() => {});
  }
}

/** Tidies a folder for somebody who works in it for a moment: if nobody looks after it. Never rejects. */
export async function tidyOnce(folder: {
  readonly path: string;
  tidy(): Promise<number>;
}): Promise<void> {
  const lock = await FolderLock.open(folder.path);
  if (lock.state.kind === 'held') await folder.tidy();
  await lock.close();
}
