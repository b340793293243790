/**
 * Knows a whole picture by its own structure. A body on the wire has no length, and a sender that
 * dies in the middle looks like success; but most formats say themselves where they end. The bytes
 * are walked as they pass, from one length to the next: nothing is decoded and only the first few, and
 * of a text the last few, are kept. To look at the end alone would not do: a thumbnail inside has an
 * end too, and a phone puts a film behind the end of its picture.
 */
import { asLatin1 } from './picture/bytes.ts';
import { GifWalker, looksLikeGif } from './picture/gif.ts';
import { IsoMediaWalker, looksLikeIsoMedia } from './picture/iso-media.ts';
import { JpegWalker, looksLikeJpeg } from './picture/jpeg.ts';
import { PngWalker, looksLikePng } from './picture/png.ts';
import type { PictureFormat, PictureReport, Walker } from './picture/report.ts';
import { SvgWalker, looksLikeSvg } from './picture/svg.ts';
import { WebpWalker, looksLikeWebp } from './picture/webp.ts';

export { fitsName } from './picture/name-type.ts';
export type { Completeness, PictureFormat, PictureReport } from './picture/report.ts';

/** As many of the first bytes as it takes to tell the formats apart. */
const HEAD_BYTES = 16;

/** Of either byte order; with a plus sign: the kind for more than 4 GiB. */
const TIFF_SIGNATURES = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];

/** Looks at one picture's bytes, in any pieces. */
export class PictureInspector {
  readonly #head: Uint8Array = new Uint8Array(HEAD_BYTES);
  #size = 0;
  /** Chosen when the head is there. */
  #walker: Walker | null = null;

  /** Takes the next bytes; they are not kept. A Buffer is faster than another Uint8Array. */
  push(bytes: Uint8Array): void {
    const offset = this.#size;
    this.#size += bytes.length;
    if (this.#walker !== null) return this.#walker.push(bytes, offset);
    this.#head.set(bytes.subarray(0, HEAD_BYTES - offset), offset);
    if (this.#size < HEAD_BYTES) return;
    this.#walker = walkerOver(this.#head);
    this.#walker.push(bytes.subarray(HEAD_BYTES - offset), HEAD_BYTES);
  }

  /** The verdict on all that was pushed. */
  report(): PictureReport {
    const walker = this.#walker ?? walkerOver(this.#head.subarray(0, this.#size));
    return walker.report(this.#size);
  }
}

/** What the bytes of a picture say about it, all at once. */
export function inspectPicture(bytes: Uint8Array): PictureReport {
  const inspector = new PictureInspector();
  inspector.push(bytes);
  return inspector.report();
}

/** A walker for the picture that begins with `head`; it has taken `head`. */
function walkerOver(head: Uint8Array): Walker {
  const walker = newWalker(head);
  walker.push(head, 0);
  return walker;
}

function newWalker(head: Uint8Array): Walker {
  if (looksLikePng(head)) return new PngWalker();
  if (looksLikeJpeg(head)) return new JpegWalker();
  if (looksLikeGif(head)) return new GifWalker();
  if (looksLikeWebp(head)) return new WebpWalker();
  if (looksLikeIsoMedia(head)) return new IsoMediaWalker(head);
  if (looksLikeSvg(head)) return new SvgWalker(head);
  return new EndlessWalker(looksLikeTiff(head) ? 'tiff' : 'unknown');
}

function looksLikeTiff(head: Uint8Array): boolean {
  const text = asLatin1(head.subarray(0, 4));
  return TIFF_SIGNATURES.includes(text);
}

/** For a format that does not say where it ends: there is nothing to follow. */
class EndlessWalker implements Walker {
  readonly #format: PictureFormat;

  constructor(format: PictureFormat) {
    this.#format = format;
  }

  push(): void {}

  report(): PictureReport {
    return { format: this.#format, completeness: 'unverified' };
  }
}
