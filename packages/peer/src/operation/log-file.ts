/**
 * Where the lines of a log go: a file, or standard error. Never waits: lines that a slow disk or reader does
 * not take wait here, up to a bound, and those beyond it are dropped. (sonic-boom, pino's own, tries for ever to
 * write its last lines to a disk that is full, and so holds up the end of the process.)
 */
import * as fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Lines that wait, at most. */
const MOST_WAITING_BYTES = 1_024 * 1_024;

/** How long the last lines may take. */
const FAREWELL_MS = 1_000;

/** A reader of standard error that takes nothing now is tried again after so long. */
const RETRY_MS = 100;

const STANDARD_ERROR = 2;

/** See the head of this file. */
export class LogFile {
  readonly #path: string;
  readonly #onTrouble: (why: string) => void;
  #fd: number;
  #waiting = '';
  #writing: Promise<void> | null = null;
  #hasTrouble = false;
  #wantsReopen = false;
  #isClosed = false;

  /**
   * Opens a file for appending; `-` is standard error. Throws the system's error.
   * @param onTrouble told why lines are lost: once, until it goes well again
   */
  constructor(path: string, onTrouble: (why: string) => void) {
    this.#path = path;
    this.#onTrouble = onTrouble;
    this.#fd = open(path);
  }

  /** Takes a line with its end. */
  write(line: string): void {
    if (this.#isClosed) return;
    if (this.#waiting.length + line.length > MOST_WAITING_BYTES) return this.#trouble('too slow');
    this.#waiting += line;
    this.#writing ??= this.#writeAll();
  }

  /** Opens the file by its name again, once what is being written is written. */
  reopen(): void {
    this.#wantsReopen = this.#path !== '-';
    this.#writing ??= this.#writeAll();
  }

  /** Writes what waits, for a while, and closes. */
  async close(): Promise<void> {
    await Promise.race([this.#writing, sleep(FAREWELL_MS, undefined, { ref: false })]);
    this.#isClosed = true;
    // One that is still being written to must not become another file by then.
    if (this.#writing === null && this.#path !== '-') fs.closeSync(this.#fd);
  }

  /** For a process that ends now: what waits is written if it can be at once. */
  closeNow(): void {
    // A write that is under way may come to its end or not; a second one of the same bytes would be worse.
    if (this.#writing !== null && this.#waiting === '') return;
    try {
      fs.writeSync(this.#fd, this.#waiting);
    } catch {
      // The disk is full, or the reader has gone: there is nobody left to tell.
    }
  }

  async #writeAll(): Promise<void> {
    // What comes within one event goes together; and its end must not come before its promise is kept.
    await Promise.resolve();
    while (this.#waiting !== '' || this.#wantsReopen) {
      if (this.#wantsReopen) this.#openAgain();
      const text = this.#waiting;
      this.#waiting = '';
      if (text !== '') await this.#writeText(text);
    }
    this.#writing = null;
  }

  async #writeText(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    let written = 0;
    while (written < bytes.length) {
      try {
        written += await write(this.#fd, bytes.subarray(written));
        this.#hasTrouble = false;
      } catch (error) {
        const { code = 'unknown error' } = error as NodeJS.ErrnoException;
        if (code !== 'EAGAIN') return this.#trouble(code);
        await sleep(RETRY_MS, undefined, { ref: false });
      }
    }
  }

  #openAgain(): void {
    this.#wantsReopen = false;
    try {
      const fd = open(this.#path);
      fs.closeSync(this.#fd);
      this.#fd = fd;
    } catch (error) {
      this.#trouble((error as NodeJS.ErrnoException).code ?? 'unknown error');
    }
  }

  #trouble(why: string): void {
    if (!this.#hasTrouble) this.#onTrouble(why);
    this.#hasTrouble = true;
  }
}

function open(path: string): number {
  return path === '-' ? STANDARD_ERROR : fs.openSync(path, 'a', 0o640);
}

function write(fd: number, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    fs.write(fd, bytes, (error, count) => (error === null ? resolve(count) : reject(error)));
  });
}
