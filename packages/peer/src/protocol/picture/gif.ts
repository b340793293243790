import { beginsAs } from './bytes.ts';
import { reportOn, type PictureReport, type Walker } from './report.ts';

const SIGNATURE = [0x47, 0x49, 0x46, 0x38];
const SCREEN_FLAGS_AT = 10;
const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;

/** Whether a picture with this head is a GIF, or would be if it went on. */
export function looksLikeGif(head: Uint8Array): boolean {
  return beginsAs(head, SIGNATURE);
}

/**
 * Follows the blocks of a GIF to its trailer. The trailer is one byte, so the last byte alone proves
 * nothing: one cut in 256 would end in it too.
 */
export class GifWalker implements Walker {
  #isAtEnd = false;
  /** Where the next byte that matters stands, and what it is. */
  #next = SCREEN_FLAGS_AT;
  #kind: 'screen-flags' | 'block' | 'image-flags' | 'sub-block' = 'screen-flags';

  push(bytes: Uint8Array, offset: number): void {
    const end = offset + bytes.length;
    while (this.#next < end && !this.#isAtEnd) this.#read(bytes[this.#next - offset]!);
  }

  report(): PictureReport {
    return reportOn('gif', this.#isAtEnd);
  }

  #read(byte: number): void {
    switch (this.#kind) {
      case 'screen-flags':
        return this.#go(3 + colourTableBytes(byte), 'block');
      case 'image-flags':
        // Behind the table stands one byte, the size of the first codes.
        return this.#go(2 + colourTableBytes(byte), 'sub-block');
      case 'sub-block':
        return this.#go(byte + 1, byte === 0 ? 'block' : 'sub-block');
      case 'block':
        if (byte === TRAILER) this.#isAtEnd = true;
        else if (byte === EXTENSION) this.#go(2, 'sub-block');
        else if (byte === IMAGE) this.#go(9, 'image-flags');
        else this.#next = Infinity;
    }
  }

  #go(bytes: number, kind: 'block' | 'image-flags' | 'sub-block'): void {
    this.#next += bytes;
    this.#kind = kind;
  }
}

function colourTableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}
