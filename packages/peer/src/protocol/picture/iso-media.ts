import { asLatin1, bigEndian32 } from './bytes.ts';
import { MAX_LOCATIONS_BYTES, reachOf } from './iso-locations.ts';
import { reportOn, type PictureFormat, type PictureReport, type Walker } from './report.ts';

const HEIC_BRANDS = new Set(['heic', 'heix']);
/** `mif1` and `msf1` stand for a picture of any coding; AVIF is by far the most usual. */
const BRANDS = new Set(['avif', 'avis', 'mif1', 'msf1', ...HEIC_BRANDS]);
const META = fourCharacters('meta');
const MOOV = fourCharacters('moov');
const ILOC = fourCharacters('iloc');
const IDAT = fourCharacters('idat');
const MDAT = fourCharacters('mdat');
/** The size and the type of a box; a size of 1 stands for 64 bits behind the type. */
const SHORT_HEAD_BYTES = 8;
const LONG_HEAD_BYTES = 16;
/** `meta` has a version and flags before the boxes in it. */
const META_VERSION_BYTES = 4;

/** Whether a picture with this head is an AVIF, or another picture in the same container. */
export function looksLikeIsoMedia(head: Uint8Array): boolean {
  return asLatin1(head.subarray(4, 8)) === 'ftyp' && BRANDS.has(brandOf(head));
}

function brandOf(head: Uint8Array): string {
  return asLatin1(head.subarray(8, 12));
}

/**
 * Follows the boxes of an ISO media file (AVIF, HEIC). It is whole when the last box ends where the
 * file ends, and a description (`meta`, `moov`) and its media (`mdat`, or `idat` within `meta`) were
 * among them: without that, a cut behind any box would do. Nor may the description point to bytes (`iloc`) behind the
 * end: a file that has both `idat` and `mdat` may be cut between them.
 */
export class IsoMediaWalker implements Walker {
  readonly #head: Uint8Array = new Uint8Array(LONG_HEAD_BYTES);
  /** Bytes of the next box's head that have been seen. */
  #have = 0;
  /** Where the next box begins. */
  #next = 0;
  /** Where the `meta` ends whose boxes are being followed; no head is read across it. */
  #metaEnd = 0;
  /** `open`: the last box reaches to the end of the file, wherever that is. `over`: no box follows. */
  #state: 'boxes' | 'open' | 'over' = 'boxes';
  #hasDescription = false;
  #hasMedia = false;
  /** Where the table of places begins in the file, and its bytes; empty: it has not been met. */
  #locationsAt = 0;
  #locations: Uint8Array = new Uint8Array(0);
  readonly #format: PictureFormat;

  /** `head` is what `looksLikeIsoMedia` was asked about. */
  constructor(head: Uint8Array) {
    this.#format = HEIC_BRANDS.has(brandOf(head)) ? 'heic' : 'avif';
  }

  push(bytes: Uint8Array, offset: number): void {
    const end = offset + bytes.length;
    while (this.#state === 'boxes' && this.#next + this.#have < end) {
      const byte = bytes[this.#next + this.#have - offset]!;
      this.#head[this.#have++] = byte;
      if (this.#have >= SHORT_HEAD_BYTES) this.#readHead();
    }
    this.#copyLocations(bytes, offset);
  }

  report(size: number): PictureReport {
    if (this.#state === 'open') return { format: this.#format, completeness: 'unverified' };
    const isAtEnd = this.#state === 'over' || (this.#have === 0 && this.#next === size);
    const isInMeta = size < this.#metaEnd;
    const hasAll = this.#hasDescription && this.#hasMedia && reachOf(this.#locations) <= size;
    return reportOn(this.#format, isAtEnd && !isInMeta && hasAll);
  }

  #readHead(): void {
    const short = bigEndian32(this.#head, 0);
    const isLong =
      short === 1 && (!this.#isInMeta || this.#next + LONG_HEAD_BYTES <= this.#metaEnd);
    if (isLong && this.#have < LONG_HEAD_BYTES) return;
    const size = isLong
      ? bigEndian32(this.#head, 8) * 2 ** 32 + bigEndian32(this.#head, 12)
      : short;
    const headBytes = this.#have;
    this.#have = 0;
    // A box is never smaller than its own head; a walk that could stand still must not go on.
    const isBox = isType(this.#head) && (size === 0 || size >= headBytes);
    if (isBox) this.#enter(bigEndian32(this.#head, 4), size, headBytes);
    else this.#leave('over');
  }

  #enter(type: number, size: number, headBytes: number): void {
    if (type === META || type === MOOV) this.#hasDescription = true;
    if (type === ILOC && this.#isInMeta) this.#meetLocations(size - headBytes, headBytes);
    if (type === MDAT || type === IDAT) this.#hasMedia = true;
    if (size === 0) return this.#leave('open');
    if (this.#isInMeta) return this.#goInMeta(size);
    if (type !== META) {
      this.#next += size;
      return;
    }
    this.#metaEnd = this.#next + size;
    this.#goInMeta(headBytes + META_VERSION_BYTES);
  }

  #meetLocations(bytes: number, headBytes: number): void {
    if (bytes < 0 || bytes > MAX_LOCATIONS_BYTES) return;
    this.#locationsAt = this.#next + headBytes;
    this.#locations = new Uint8Array(bytes);
  }

  /** Takes what the arrived bytes have of the table. */
  #copyLocations(bytes: Uint8Array, offset: number): void {
    const from = Math.max(this.#locationsAt, offset);
    const to = Math.min(this.#locationsAt + this.#locations.length, offset + bytes.length);
    if (from >= to) return;
    this.#locations.set(bytes.subarray(from - offset, to - offset), from - this.#locationsAt);
  }

  get #isInMeta(): boolean {
    return this.#next < this.#metaEnd;
  }

  #goInMeta(bytes: number): void {
    const next = this.#next + bytes;
    this.#next = next + SHORT_HEAD_BYTES > this.#metaEnd ? this.#metaEnd : next;
  }

  /** No box can be followed from here: goes on behind `meta` when in it, and nowhere otherwise. */
  #leave(state: 'open' | 'over'): void {
    if (this.#isInMeta) this.#next = this.#metaEnd;
    else this.#state = state;
  }
}

/** Whether the type in a box's head is one: four characters that can be printed. */
function isType(head: Uint8Array): boolean {
  for (let i = 4; i < SHORT_HEAD_BYTES; i++) if (head[i]! < 0x20 || head[i]! > 0x7e) return false;
  return true;
}

function fourCharacters(text: string): number {
  return (
    text.charCodeAt(0) * 16_777_216 +
    text.charCodeAt(1) * 65_536 +
    text.charCodeAt(2) * 256 +
    text.charCodeAt(3)
  );
}
