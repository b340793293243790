import { BufferPool } from '@imagemesh/peer';

/** Bytes of the buffer that all connections read into while little comes. */
export const SHARED_BUFFER_BYTES: number = 64 * 1_024;

/** Bytes of a buffer of one's own: from here on a stream is as fast as the kernel copies. */
export const BIG_BUFFER_BYTES: number = 256 * 1_024;

/** Big buffers in all: 16 MiB. */
const BIG_BUFFERS = 64;

/**
 * What a relay reads into. A connection has no buffer of its own unless it streams, and then only while
 * there are some left: thousands of idle connections cost none.
 */
export class ReadBuffers {
  /** Its bytes are good until the next read of any connection. */
  readonly shared: Buffer = Buffer.allocUnsafeSlow(SHARED_BUFFER_BYTES);
  readonly #big = new BufferPool(BIG_BUFFERS, BIG_BUFFER_BYTES);

  /** A big buffer with unspecified content; null when all are out. */
  borrow(): Buffer | null {
    return this.#big.borrow();
  }

  /** Takes a borrowed buffer back. Nobody may use it any more. */
  giveBack(buffer: Buffer): void {
    this.#big.giveBack(buffer);
  }
}
