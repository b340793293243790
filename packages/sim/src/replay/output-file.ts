import { closeSync, openSync, writeSync } from 'node:fs';
import { ReplayError } from './replay-error.ts';

const BUFFER_BYTES = 256 * 1_024;

/**
 * A file that is written from the beginning, buffered. Synchronous: one piece of a trace may stand for
 * a large image, and while its packets are written nothing waits in memory for a slow disk.
 */
export class OutputFile {
  readonly path: string;
  /** Bytes written so far, those in the buffer included. */
  sizeBytes = 0;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  readonly #fd: number;
  #used = 0;
  #isOpen = true;

  /** Empties the file, or makes it. Throws a `ReplayError`, here and in all that writes. */
  constructor(path: string) {
    this.path = path;
    this.#fd = this.#try(() => openSync(path, 'w'));
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
    this.close();
  }

  /** Lets go of the file; what is in the buffer is dropped. May be called again. */
  close(): void {
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
      throw new ReplayError(`${this.path} cannot be written (${(error as Error).message}).`);
    }
  }
}
