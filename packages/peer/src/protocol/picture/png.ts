import { beginsAs, bigEndian32 } from './bytes.ts';
import { reportOn, type PictureReport, type Walker } from './report.ts';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const IEND = 0x49_45_4e_44;
/** The length and the name of a chunk. */
const CHUNK_HEAD_BYTES = 8;
/** What a chunk has beside its data: its head and a checksum. */
const CHUNK_FRAME_BYTES = 12;

/** Whether a picture with this head is a PNG, or would be if it went on. */
export function looksLikePng(head: Uint8Array): boolean {
  return beginsAs(head, SIGNATURE);
}

/** Follows the chunks of a PNG from head to head; it ends where the chunk `IEND` ends. */
export class PngWalker implements Walker {
  readonly #head: Uint8Array = new Uint8Array(CHUNK_HEAD_BYTES);
  /** Bytes of the next chunk's head that have been seen. */
  #have = 0;
  /** Where the next chunk begins. */
  #next = SIGNATURE.length;
  #endsAt = Infinity;

  push(bytes: Uint8Array, offset: number): void {
    const end = offset + bytes.length;
    while (this.#next + this.#have < end && this.#endsAt === Infinity) {
      const byte = bytes[this.#next + this.#have - offset]!;
      this.#head[this.#have++] = byte;
      if (this.#have === CHUNK_HEAD_BYTES) this.#readHead();
    }
  }

  report(size: number): PictureReport {
    return reportOn('png', size >= this.#endsAt);
  }

  #readHead(): void {
    this.#have = 0;
    this.#next += CHUNK_FRAME_BYTES + bigEndian32(this.#head, 0);
    if (bigEndian32(this.#head, 4) === IEND) this.#endsAt = this.#next;
  }
}
