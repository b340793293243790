import { beginsAs, littleEndian32 } from './bytes.ts';
import { reportOn, type PictureReport, type Walker } from './report.ts';

const RIFF = [0x52, 0x49, 0x46, 0x46];
const WEBP = [0x57, 0x45, 0x42, 0x50];
const WEBP_AT = 8;
const HEAD_BYTES = 12;

/** Whether a picture with this head is a WebP, or would be if it went on. */
export function looksLikeWebp(head: Uint8Array): boolean {
  return beginsAs(head, RIFF) && WEBP.every((byte, i) => (head[WEBP_AT + i] ?? byte) === byte);
}

/** Knows where a WebP ends from its RIFF head, which counts the bytes behind its first eight. */
export class WebpWalker implements Walker {
  readonly #head: Uint8Array = new Uint8Array(HEAD_BYTES);

  push(bytes: Uint8Array, offset: number): void {
    if (offset < HEAD_BYTES) this.#head.set(bytes.subarray(0, HEAD_BYTES - offset), offset);
  }

  report(size: number): PictureReport {
    return reportOn('webp', size >= HEAD_BYTES && size >= littleEndian32(this.#head, 4) + 8);
  }
}
