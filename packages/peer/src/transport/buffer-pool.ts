/** Bytes of a small transfer buffer. */
export const SMALL_BUFFER_BYTES: number = 64 * 1_024;

/** Bytes of a big one: from here on a stream is as fast as the kernel copies. */
export const BIG_BUFFER_BYTES: number = 1_024 * 1_024;

/**
 * Buffers that fast transfers borrow. There are only so many, so that two hundred slow readers cannot make us
 * hold two hundred times two megabytes.
 */
export class BufferPool {
  readonly #free: Buffer[] = [];
  readonly #bufferBytes: number;
  #left: number;

  /** At most `count` buffers, of `bufferBytes` each, are out or kept at any time. */
  constructor(count: number, bufferBytes: number = BIG_BUFFER_BYTES) {
    this.#left = count;
    this.#bufferBytes = bufferBytes;
  }

  /** A buffer with unspecified content, or null when all are out. */
  borrow(): Buffer | null {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#left === 0) return null;
    this.#left--;
    return Buffer.allocUnsafeSlow(this.#bufferBytes);
  }

  /** Takes a borrowed buffer back. Nobody may use it any more. */
  giveBack(buffer: Buffer): void {
    this.#free.push(buffer);
  }
}
