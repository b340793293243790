import { randomUUID } from 'node:crypto';
import {
  closeSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { writeProblem } from '../report/write-problem.ts';
import { ReplayError } from './replay-error.ts';

const BUFFER_BYTES = 256 * 1_024;

/**
 * A file that is written from the beginning, buffered, whole or not at all: until it is kept it has
 * another name beside its own, so that what goes wrong later leaves an older file as it was. Synchronous:
 * one piece of a trace may stand for a large image, and while its packets are written nothing waits in
 * memory for a slow disk.
 */
export class OutputFile {
  readonly path: string;
  /** Bytes written so far, those in the buffer included. */
  sizeBytes = 0;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  /** Where the file comes to stand, links followed. */
  readonly #target: string;
  /** What is written until then; null for a device or a pipe, which cannot be replaced. */
  readonly #temporary: string | null;
  readonly #fd: number;
  #used = 0;
  #isOpen = true;
  #isKept = false;

  /** Makes the file beside the one that is meant. Throws a `ReplayError`, here and in all that writes. */
  constructor(path: string) {
    this.path = path;
    const there = this.#try(() => statSync(path, { throwIfNoEntry: false }));
    if (there?.isDirectory()) throw new ReplayError(`${path} cannot be written: it is a folder.`);
    this.#target = there === undefined ? path : realpathSync(path);
    const hidden = `.${basename(path).slice(0, 100)}.${randomUUID()}.tmp`;
    const isPlain = there === undefined || there.isFile();
    this.#temporary = isPlain ? join(dirname(this.#target), hidden) : null;
    this.#fd = this.#try(() => openSync(this.#temporary ?? path, 'w'));
  }

  /** Appends bytes, which are copied. */
  write(bytes: Uint8Array): void {
    this.sizeBytes += bytes.length;
    if (this.#used + bytes.length > BUFFER_BYTES) this.#flush();
    if (bytes.length > BUFFER_BYTES) return this.#writeOut(bytes);
    this.#buffer.set(bytes, this.#used);
    this.#used += bytes.length;
  }

  /** Appends text as UTF-8; straight into the buffer, since an array for each event costs memory. */
  writeText(text: string): void {
    // No UTF-16 unit takes more than three bytes.
    if (3 * text.length > BUFFER_BYTES) return this.write(Buffer.from(text));
    if (this.#used + 3 * text.length > BUFFER_BYTES) this.#flush();
    const count = this.#buffer.write(text, this.#used);
    this.#used += count;
    this.sizeBytes += count;
  }

  /** Writes out what is left. */
  finish(): void {
    this.#flush();
  }

  /** Gives the file its name, in the place of an older one; after `finish`. */
  keep(): void {
    this.#closeFile();
    const temporary = this.#temporary;
    if (temporary !== null) this.#try(() => renameSync(temporary, this.#target));
    this.#isKept = true;
  }

  /** Lets go of the file; what has not been kept is gone. May be called again. */
  close(): void {
    this.#closeFile();
    if (this.#isKept || this.#temporary === null) return;
    rmSync(this.#temporary, { force: true });
  }

  #closeFile(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    closeSync(this.#fd);
  }

  #flush(): void {
    const used = this.#used;
    this.#used = 0;
    this.#writeOut(this.#buffer.subarray(0, used));
  }

  #writeOut(bytes: Uint8Array): void {
    let done = 0;
    // A pipe may take less than it is given.
    while (done < bytes.length) {
      done += this.#try(() => writeSync(this.#fd, bytes, done, bytes.length - done));
    }
  }

  #try<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw new ReplayError(`${this.path} cannot be written: ${writeProblem(error, this.path)}.`);
    }
  }
}
