/**
 * Knows a whole picture by its own structure. A body on the wire has no length, and a sender that
 * dies in the middle looks like success; but most formats say themselves where they end. The bytes
 * are looked at as they pass, nothing is decoded and nothing is kept but the first and last few.
 */

/** Formats that are told apart by their first bytes. */
export type PictureFormat = 'png' | 'jpeg' | 'gif' | 'webp' | 'avif' | 'tiff' | 'svg' | 'unknown';

/**
 * `whole`: the format's own end was seen; `truncated`: it was not; `unverified`: this format does
 * not say where it ends.
 */
export type Completeness = 'whole' | 'truncated' | 'unverified';

/** What a picture's bytes say about it. */
export interface PictureReport {
  readonly format: PictureFormat;
  readonly completeness: Completeness;
}

const HEAD_BYTES = 16;
const TAIL_BYTES = 64;

/** Looks at one picture's bytes, in any pieces. */
export class PictureInspector {
  readonly #head: Uint8Array = new Uint8Array(HEAD_BYTES);
  readonly #tail: Uint8Array = new Uint8Array(TAIL_BYTES);
  readonly #boxes = new BoxWalker();
  readonly #blocks = new BlockWalker();
  #size = 0;

  /** Takes the next bytes; they are not kept. */
  push(bytes: Uint8Array): void {
    if (this.#size < HEAD_BYTES) {
      this.#head.set(bytes.subarray(0, HEAD_BYTES - this.#size), this.#size);
    }
    this.#keepTail(bytes);
    this.#boxes.push(bytes, this.#size);
    this.#blocks.push(bytes, this.#size);
    this.#size += bytes.length;
  }

  /** The verdict on all that was pushed. */
  report(): PictureReport {
    const head = this.#head.subarray(0, Math.min(this.#size, HEAD_BYTES));
    const tail = this.#tail.subarray(TAIL_BYTES - Math.min(this.#size, TAIL_BYTES));
    const format = pictureFormat(head, tail);
    return { format, completeness: this.#completeness(format, head, tail) };
  }

  #completeness(format: PictureFormat, head: Uint8Array, tail: Uint8Array): Completeness {
    switch (format) {
      case 'png':
        return wholeIf(endsWith(tail, PNG_END));
      case 'jpeg':
        return wholeIf(endsWith(trimZeros(tail), JPEG_END));
      case 'gif':
        return wholeIf(this.#blocks.isAtEnd);
      case 'webp':
        // The RIFF head counts the bytes behind it; a chunk of odd size is padded.
        return wholeIf(this.#size >= 12 && this.#size >= littleEndian32(head, 4) + 8);
      case 'avif':
        return wholeIf(this.#boxes.endsAt(this.#size));
      case 'svg':
        return wholeIf(SVG_END.test(asLatin1(tail)));
      default:
        return 'unverified';
    }
  }

  #keepTail(bytes: Uint8Array): void {
    if (bytes.length >= TAIL_BYTES) {
      this.#tail.set(bytes.subarray(bytes.length - TAIL_BYTES));
      return;
    }
    this.#tail.copyWithin(0, bytes.length);
    this.#tail.set(bytes, TAIL_BYTES - bytes.length);
  }
}

/** What the bytes of a picture say about it, all at once. */
export function inspectPicture(bytes: Uint8Array): PictureReport {
  const inspector = new PictureInspector();
  inspector.push(bytes);
  return inspector.report();
}

const PNG_START = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
// The length, the name and the checksum of the empty chunk IEND: always these twelve bytes.
const PNG_END = [0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];
const JPEG_START = [0xff, 0xd8, 0xff];
const JPEG_END = [0xff, 0xd9];
const GIF_START = [0x47, 0x49, 0x46, 0x38];
const SVG_END = /<\/(\w+:)?svg\s*>\s*(<!--.*-->\s*)?$/s;
const AVIF_BRANDS = new Set(['avif', 'avis', 'mif1', 'heic', 'heix', 'msf1']);

function pictureFormat(head: Uint8Array, tail: Uint8Array): PictureFormat {
  if (startsWith(head, PNG_START)) return 'png';
  if (startsWith(head, JPEG_START)) return 'jpeg';
  if (startsWith(head, GIF_START)) return 'gif';
  const text = asLatin1(head);
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'webp';
  if (text.slice(4, 8) === 'ftyp' && AVIF_BRANDS.has(text.slice(8, 12))) return 'avif';
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'tiff';
  const looksLikeXml = /^\s*(\u00ef\u00bb\u00bf)?\s*<(\?xml|svg|!--|!DOCTYPE)/i.test(text);
  return looksLikeXml &&
    (/<svg/i.test(text) || SVG_END.test(asLatin1(tail)) || /^\s*<\?xml/i.test(text))
    ? 'svg'
    : 'unknown';
}

/**
 * Follows the boxes of an ISO media file (AVIF, HEIC): each begins with its size as 32 bits, or a 1
 * and then 64 bits, and the file is whole when the last one ends where the file ends.
 */
class BoxWalker {
  readonly #header: Uint8Array = new Uint8Array(16);
  /** Where the next box begins. */
  #next = 0;
  #have = 0;
  /** A box of size 0 reaches to the end of the file, wherever that is. */
  #open = false;

  push(bytes: Uint8Array, offset: number): void {
    const end = offset + bytes.length;
    while (!this.#open && this.#next + this.#have < end) {
      const from = this.#next + this.#have - offset;
      if (from < 0) return;
      this.#header[this.#have++] = bytes[from]!;
      this.#readHeader();
    }
  }

  endsAt(size: number): boolean {
    return this.#open || (this.#have === 0 && this.#next === size);
  }

  #readHeader(): void {
    if (this.#have < 8) return;
    const size = bigEndian32(this.#header, 0);
    if (size === 1 && this.#have < 16) return;
    if (size === 0) {
      this.#open = true;
      return;
    }
    const length =
      size === 1 ? bigEndian32(this.#header, 8) * 2 ** 32 + bigEndian32(this.#header, 12) : size;
    // A box is never smaller than its own head; a walk that could stand still must not go on.
    this.#next = length < 8 ? Number.MAX_SAFE_INTEGER : this.#next + length;
    this.#have = 0;
  }
}

const GIF_SCREEN_FLAGS_AT = 10;
const GIF_EXTENSION = 0x21;
const GIF_IMAGE = 0x2c;
const GIF_TRAILER = 0x3b;

/**
 * Follows the blocks of a GIF to its trailer. The trailer is one byte, so the last byte alone proves
 * nothing: one cut in 256 would end in it too.
 */
class BlockWalker {
  /** Set once the trailer was seen; what follows it is padding. */
  isAtEnd = false;
  /** Where the next byte that matters stands, and what it is. */
  #next = GIF_SCREEN_FLAGS_AT;
  #kind: 'screen-flags' | 'block' | 'image-flags' | 'sub-block' = 'screen-flags';

  push(bytes: Uint8Array, offset: number): void {
    const end = offset + bytes.length;
    while (this.#next < end && !this.isAtEnd) this.#read(bytes[this.#next - offset]!);
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
        if (byte === GIF_TRAILER) this.isAtEnd = true;
        else if (byte === GIF_EXTENSION) this.#go(2, 'sub-block');
        else if (byte === GIF_IMAGE) this.#go(9, 'image-flags');
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

function wholeIf(condition: boolean): Completeness {
  return condition ? 'whole' : 'truncated';
}

function startsWith(bytes: Uint8Array, expected: readonly number[]): boolean {
  return bytes.length >= expected.length && expected.every((byte, i) => bytes[i] === byte);
}

function endsWith(bytes: Uint8Array, expected: readonly number[]): boolean {
  const offset = bytes.length - expected.length;
  return offset >= 0 && expected.every((byte, i) => bytes[offset + i] === byte);
}

/** Some cameras and tools pad the end with zeros. */
function trimZeros(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return bytes.subarray(0, end);
}

function asLatin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

function littleEndian32(bytes: Uint8Array, at: number): number {
  return bytes[at]! + bytes[at + 1]! * 256 + bytes[at + 2]! * 65_536 + bytes[at + 3]! * 16_777_216;
}

function bigEndian32(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 16_777_216 + bytes[at + 1]! * 65_536 + bytes[at + 2]! * 256 + bytes[at + 3]!;
}
