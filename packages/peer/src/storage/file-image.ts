import * as fs from 'node:fs';
import type { StoredImage } from '../core/host.ts';

/** An image opened for sending: whole in memory, or an open file. */
export class FileImage implements StoredImage {
  readonly sizeBytes: number;
  /** All of it, when it is in memory; shared, never to be changed. */
  readonly bytes: Uint8Array | null;
  #fd: number;
  #isReading = false;
  #isReleased = false;
  #onRelease: (() => void) | null = null;

  private constructor(sizeBytes: number, bytes: Uint8Array | null, fd: number) {
    this.sizeBytes = sizeBytes;
    this.bytes = bytes;
    this.#fd = fd;
  }

  /** An image in memory; `onRelease` is called once, when it is not needed any more. */
  static inMemory(bytes: Uint8Array, onRelease: (() => void) | null = null): FileImage {
    const image = new FileImage(bytes.length, bytes, -1);
    image.#onRelease = onRelease;
    return image;
  }

  /** An image behind an open file, which it owns from now on. */
  static onDisk(fd: number, sizeBytes: number): FileImage {
    return new FileImage(sizeBytes, null, fd);
  }

  /** Reads into all of `buffer` from `position`, once at a time; `done` gets the bytes read, -1 on failure. */
  read(buffer: Uint8Array, position: number, done: (bytesRead: number) => void): void {
    this.#isReading = true;
    fs.read(this.#fd, buffer, 0, buffer.length, position, (error, bytesRead) => {
      this.#isReading = false;
      if (this.#isReleased) this.#close();
      done(error === null ? bytesRead : -1);
    });
  }

  // A file number that is closed under a running read can be another file by the time it is read.
  release(): void {
    this.#isReleased = true;
    this.#onRelease?.();
    this.#onRelease = null;
    if (!this.#isReading) this.#close();
  }

  #close(): void {
    if (this.#fd < 0) return;
    fs.close(this.#fd, () => {});
    this.#fd = -1;
  }
}
