import type { Socket } from 'node:net';
import type { FileImage } from '../storage/file-image.ts';
import { BIG_BUFFER_BYTES, SMALL_BUFFER_BYTES, type BufferPool } from './buffer-pool.ts';
import type { FairTurns } from './fair-turns.ts';

/** A reader that takes so many bytes a millisecond (4 MB/s) keeps up. */
const FAST_BYTES_PER_MS = 4 * 1_024;

/** After so many buffers taken in a row at that rate, a reader gets big ones. */
const FAST_STREAK = 2;

/** What the senders of one host share. */
export interface SharedMeans {
  readonly pool: BufferPool;
  /** Turns to read from the disk. */
  readonly turns: FairTurns;
}

/**
 * Sends one image from disk through two reused buffers: while one is on its way the other is read
 * into. Both start small; each is exchanged for a big one, or back, just before it is read into, as the
 * reader keeps up or falls behind. (Waiting until both are at rest never comes to pass with a fast reader,
 * whose next buffer is always being read: 64 MiB over loopback then went at 0.66 of the speed of two bare
 * sockets; now at 0.9. `npm run bench -- peer/stream`)
 */
export class ImageSender {
  readonly #socket: Socket;
  readonly #image: FileImage;
  readonly #ip: number;
  readonly #pool: BufferPool;
  readonly #turns: FairTurns;
  readonly #done: (isWhole: boolean) => void;
  readonly #beforeFirst: () => void;
  /** The buffers that are neither read into, nor full, nor on their way. */
  readonly #idle: Buffer[] = [];
  #position = 0;
  #isReading = false;
  /** The buffer that is full and waits for the one before it to go, and how full it is. */
  #full: Buffer | null = null;
  #fullBytes = 0;
  #isWriting = false;
  /** Buffers in a row that the reader took fast. */
  #streak = 0;
  #isOver = false;

  /**
   * `done` is called once, in an event of its own, with whether all was handed to the kernel; it is not
   * called after `abort`. `beforeFirst` is called just before the first bytes are written. `ip` is the reader's.
   */
  constructor(
    socket: Socket,
    image: FileImage,
    ip: number,
    { pool, turns }: SharedMeans,
    callbacks: { beforeFirst: () => void; done: (isWhole: boolean) => void },
  ) {
    this.#socket = socket;
    this.#image = image;
    this.#ip = ip;
    this.#pool = pool;
    this.#turns = turns;
    this.#done = callbacks.done;
    this.#beforeFirst = callbacks.beforeFirst;
  }

  /** Begins. */
  start(): void {
    for (let i = 0; i < 2; i++) this.#idle.push(Buffer.allocUnsafeSlow(SMALL_BUFFER_BYTES));
    this.#read();
  }

  /** The connection has closed. */
  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#image.release();
    this.#leave();
  }

  #read(): void {
    const left = this.#image.sizeBytes - this.#position;
    if (this.#isReading || this.#full !== null || left === 0 || this.#idle.length === 0) return;
    this.#isReading = true;
    this.#turns.enter(this.#ip, () => this.#readNow(left));
  }

  #readNow(left: number): void {
    // Closed while it waited for its turn.
    if (this.#isOver) {
      this.#isReading = false;
      return this.#turns.leave();
    }
    const buffer = this.#suited(this.#idle.pop()!, left);
    const part = left < buffer.length ? buffer.subarray(0, left) : buffer;
    this.#image.read(part, this.#position, (bytesRead) => {
      this.#isReading = false;
      this.#turns.leave();
      if (this.#isOver || bytesRead <= 0) {
        this.#idle.push(buffer);
        if (this.#isOver) this.#leave();
        // The file has become shorter than it was: the reader must not take the part for the whole.
        else this.#finish(false);
        return;
      }
      this.#position += bytesRead;
      this.#full = buffer;
      this.#fullBytes = bytesRead;
      this.#write();
    });
  }

  #write(): void {
    const buffer = this.#full;
    if (buffer === null || this.#isWriting) return;
    const sizeBytes = this.#fullBytes;
    const isLast = this.#position === this.#image.sizeBytes;
    const startMs = performance.now();
    this.#full = null;
    this.#isWriting = true;
    this.#beforeFirst();
    this.#socket.write(buffer.subarray(0, sizeBytes), (error) => {
      this.#isWriting = false;
      this.#idle.push(buffer);
      if (this.#isOver) return this.#leave();
      // The socket is about to close, and `abort` to be called.
      if (error) return;
      if (isLast) return this.#finish(true);
      const isFast = sizeBytes >= (performance.now() - startMs) * FAST_BYTES_PER_MS;
      this.#streak = isFast ? this.#streak + 1 : 0;
      this.#write();
      this.#read();
    });
    this.#read();
  }

  /** `buffer`, or one of the size that suits the reader in its place. */
  #suited(buffer: Buffer, left: number): Buffer {
    const isFast = this.#streak >= FAST_STREAK;
    const isBig = buffer.length === BIG_BUFFER_BYTES;
    if (!isBig && isFast && left > SMALL_BUFFER_BYTES) return this.#pool.borrow() ?? buffer;
    if (!isBig || isFast) return buffer;
    this.#pool.giveBack(buffer);
    return Buffer.allocUnsafeSlow(SMALL_BUFFER_BYTES);
  }

  /** Gives the big buffers back that nobody uses any more; the others follow when they are at rest. */
  #leave(): void {
    if (this.#full !== null) this.#idle.push(this.#full);
    this.#full = null;
    for (const buffer of this.#idle) {
      if (buffer.length === BIG_BUFFER_BYTES) this.#pool.giveBack(buffer);
    }
    this.#idle.length = 0;
  }

  #finish(isWhole: boolean): void {
    this.#isOver = true;
    this.#image.release();
    this.#leave();
    this.#done(isWhole);
  }
}
