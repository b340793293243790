import * as fs from 'node:fs';
import type { StoredImage } from '../core/host.ts';
import { RES } from '../protocol/message.ts';

/** `RES: ` and an image, as they go over the wire; shared, never to be changed. */
export type ReplyBytes = Uint8Array;

/** An image opened for sending: whole in memory, or an open file. */
export class FileImage implements StoredImage {
  readonly sizeBytes: number;
  /** All of it behind `RES: `, when it is in memory: one write is cheaper than two. */
  readonly reply: ReplyBytes | null;
  #fd: number;
  #isReading = false;
  #isReleased = false;
  #onRelease: (() => void) | null = null;

  private constructor(sizeBytes: number, reply: ReplyBytes | null, fd: number) {
    this.sizeBytes = sizeBytes;
    this.reply = reply;
    this.#fd = fd;
  }

  /** Room for an image of `sizeBytes` behind its `RES: `, and where the image goes. */
  static room(sizeBytes: number): { readonly reply: ReplyBytes; readonly image: Uint8Array } {
    const reply = Buffer.allocUnsafeSlow(RES.length + sizeBytes);
    reply.set(RES);
    return { reply, image: reply.subarray(RES.length) };
  }

  /** Bytes of the image in a reply. */
  static sizeOf(reply: ReplyBytes): number {
    return reply.length - RES.length;
  }

  /** An image in memory; `onRelease` is called once, when it is not needed any more. */
  static inMemory(reply: ReplyBytes, onRelease: (() => void) | null = null): FileImage {
    const image = new FileImage(FileImage.sizeOf(reply), reply, -1);
    image.#onRelease = onRelease;
    return image;
  }

  /** All of the image, when it is in memory; shared, never to be changed. */
  get bytes(): Uint8Array | null {
    return this.reply?.subarray(RES.length) ?? null;
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
