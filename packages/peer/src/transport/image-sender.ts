import type { Socket } from 'node:net';
import type { FileImage } from '../storage/file-image.ts';
import { BIG_BUFFER_BYTES, SMALL_BUFFER_BYTES, type BufferPool } from './buffer-pool.ts';

/** A reader that takes so long for one buffer gets small ones. */
const SLOW_MS = 100;

/** After so many buffers taken at once, a reader is fast enough for big ones. */
const FAST_STREAK = 2;

/**
 * Sends one image from disk through two reused buffers: while one is on its way the other is read
 * into. Starts small, goes over to big buffers while the reader keeps up and some are free, and back
 * when it falls behind.
 */
export class ImageSender {
  readonly #socket: Socket;
  readonly #image: FileImage;
  readonly #pool: BufferPool;
  readonly #done: (isWhole: boolean) => void;
  readonly #beforeFirst: () => void;
  readonly #buffers: Buffer[] = [];
  #position = 0;
  #isReading = false;
  /** The buffer that is full and waits for the one before it to go. */
  #ready: Uint8Array | null = null;
  #isWriting = false;
  #streak = 0;
  #isBig = false;
  #isOver = false;

  /**
   * `done` is called once, in an event of its own, with whether all was handed to the kernel; it is not
   * called after `abort`. `beforeFirst` is called just before the first bytes are written.
   */
  constructor(
    socket: Socket,
    image: FileImage,
    pool: BufferPool,
    callbacks: { beforeFirst: () => void; done: (isWhole: boolean) => void },
  ) {
    this.#socket = socket;
    this.#image = image;
    this.#pool = pool;
    this.#done = callbacks.done;
    this.#beforeFirst = callbacks.beforeFirst;
  }

  /** Begins. */
  start(): void {
    this.#takeBuffers(false);
    this.#read();
  }

  /** The connection has closed. */
  abort(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#image.release();
    // A buffer that is being read into is given back when that read returns.
    if (!this.#isReading) this.#returnBuffers();
  }

  #read(): void {
    if (this.#isReading || this.#ready !== null || this.#position === this.#image.sizeBytes) return;
    const whole = this.#buffers.pop();
    if (whole === undefined) return;
    const left = this.#image.sizeBytes - this.#position;
    const buffer = left < whole.length ? whole.subarray(0, left) : whole;
    this.#isReading = true;
    this.#image.read(buffer, this.#position, (bytesRead) => {
      this.#isReading = false;
      if (this.#isOver) {
        this.#buffers.push(whole);
        this.#returnBuffers();
      } else if (bytesRead <= 0) {
        // The file has become shorter than it was: the reader must not take the part for the whole.
        this.#buffers.push(whole);
        this.#finish(false);
      } else {
        this.#position += bytesRead;
        this.#ready = whole.subarray(0, bytesRead);
        this.#write();
      }
    });
  }

  #write(): void {
    const bytes = this.#ready;
    if (bytes === null || this.#isWriting) return;
    this.#ready = null;
    this.#isWriting = true;
    const isLast = this.#position === this.#image.sizeBytes;
    const startMs = performance.now();
    this.#beforeFirst();
    this.#socket.write(bytes, () => {
      this.#isWriting = false;
      if (this.#isOver) return;
      this.#buffers.push(Buffer.from(bytes.buffer));
      if (isLast) return this.#finish(true);
      this.#adapt(performance.now() - startMs);
      this.#write();
      this.#read();
    });
    this.#read();
  }

  /** Changes the size of the buffers between two writes, when both are here. */
  #adapt(tookMs: number): void {
    this.#streak = tookMs < SLOW_MS ? this.#streak + 1 : 0;
    const wantsBig = this.#streak >= FAST_STREAK;
    const left = this.#image.sizeBytes - this.#position;
    if (wantsBig === this.#isBig || this.#isReading || this.#ready !== null) return;
    if (wantsBig && left < BIG_BUFFER_BYTES) return;
    this.#returnBuffers();
    this.#takeBuffers(wantsBig);
  }

  #takeBuffers(isBig: boolean): void {
    this.#isBig = isBig;
    for (let i = 0; i < 2; i++) {
      const big = isBig ? this.#pool.borrow() : null;
      this.#buffers.push(big ?? Buffer.allocUnsafeSlow(SMALL_BUFFER_BYTES));
    }
  }

  #returnBuffers(): void {
    for (const buffer of this.#buffers) {
      if (buffer.length === BIG_BUFFER_BYTES) this.#pool.giveBack(buffer);
    }
    this.#buffers.length = 0;
  }

  #finish(isWhole: boolean): void {
    this.#isOver = true;
    this.#image.release();
    this.#returnBuffers();
    this.#done(isWhole);
  }
}
