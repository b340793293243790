import type { BodyWriter } from '../storage/body-writer.ts';

/** Bytes of each of the two buffers that a body is received into. */
const BUFFER_BYTES = 256 * 1_024;

/** How much more of a body that we refuse is read, before its sender is cut off. */
const COURTESY_BYTES = 16 * 1_024 * 1_024;

/** What to do with the socket after a piece of a body. */
export type ReceiverWish = 'go-on' | 'pause' | 'close';

/**
 * Takes a body from a socket into a `BodyWriter` through two buffers in turn: while one is written to
 * the disk the other is read into, and the socket rests while both are full.
 */
export class BodyReceiver {
  readonly writer: BodyWriter;
  readonly #maxBytes: number;
  readonly #onRoom: () => void;
  readonly #buffers: [Uint8Array, Uint8Array];
  readonly #isBusy: [boolean, boolean] = [false, false];
  #current = 0;
  #isPaused = false;
  /** Set once the body is too large: bytes that are still read, and dropped. */
  #courtesyLeft = -1;

  /** `onRoom` is called when a paused receiver has room again. */
  constructor(writer: BodyWriter, maxBytes: number, onRoom: () => void) {
    this.writer = writer;
    this.#maxBytes = maxBytes;
    this.#onRoom = onRoom;
    this.#buffers = [EMPTY, EMPTY];
  }

  get isTooLarge(): boolean {
    return this.#courtesyLeft >= 0;
  }

  /** The buffer that the next bytes are to be read into. */
  buffer(): Uint8Array {
    if (this.#buffers[this.#current]!.length === 0) {
      this.#buffers[this.#current] = Buffer.allocUnsafeSlow(BUFFER_BYTES);
    }
    return this.#buffers[this.#current]!;
  }

  /** Takes no more in; what still comes is read, up to a bound, and dropped. */
  refuse(): void {
    if (this.#courtesyLeft < 0) this.#courtesyLeft = COURTESY_BYTES;
  }

  /** Takes bytes that stand in a buffer of their own, which nobody changes any more. */
  pushOwned(bytes: Uint8Array): void {
    if (bytes.length > 0 && this.#admit(bytes.length)) void this.writer.push(bytes);
  }

  /** Takes the first `count` bytes of the current buffer. */
  pushFromBuffer(count: number): ReceiverWish {
    if (!this.#admit(count)) return this.#courtesyLeft === 0 ? 'close' : 'go-on';
    const index = this.#current;
    const written = this.writer.push(this.#buffers[index]!.subarray(0, count));
    if (written === null) return 'go-on';
    this.#isBusy[index] = true;
    this.#current = 1 - index;
    void written.then(() => this.#written(index));
    if (!this.#isBusy[this.#current]) return 'go-on';
    this.#isPaused = true;
    return 'pause';
  }

  #written(index: number): void {
    this.#isBusy[index] = false;
    if (!this.#isPaused || index !== this.#current) return;
    this.#isPaused = false;
    this.#onRoom();
  }

  /** Whether `count` more bytes are taken in; otherwise they are only counted. */
  #admit(count: number): boolean {
    if (this.#courtesyLeft >= 0) {
      this.#courtesyLeft = Math.max(0, this.#courtesyLeft - count);
      return false;
    }
    if (this.writer.sizeBytes + count <= this.#maxBytes) return true;
    this.#courtesyLeft = COURTESY_BYTES;
    return false;
  }
}

const EMPTY = new Uint8Array(0);
