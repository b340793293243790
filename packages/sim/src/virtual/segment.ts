import type { Content } from './content.ts';

/** So many bytes at the end of a message go into the trace. */
const DIGEST_BYTES = 8;

/**
 * A piece of a byte stream on its way: some bytes, then a part of a content, then perhaps the end of the
 * stream. Any of the three may be missing.
 */
export class Segment {
  bytes: Uint8Array | null;
  content: Content | null;
  from: number;
  to: number;
  isLast: boolean;
  /** The one behind it in its sender's queue. */
  next: Segment | null = null;
  /** When it left its sender. */
  sentUs = 0;
  /** Whether an `onImageSent` is owed when this has gone. */
  endsImage = false;

  constructor(bytes: Uint8Array | null, content: Content | null, from: number, to: number) {
    this.bytes = bytes;
    this.content = content;
    this.from = from;
    this.to = to;
    this.isLast = false;
  }

  /** Bytes of the stream that it stands for. */
  get length(): number {
    return (this.bytes === null ? 0 : this.bytes.length) + this.to - this.from;
  }

  /** What it is, as a number for the trace: how long, its first and last byte, which part of which content. */
  digest(): number {
    let digest = this.length;
    const { bytes, content } = this;
    if (bytes !== null && bytes.length > 0) {
      // Not every byte, which would cost more than all else; messages that differ do so here or in length.
      for (let i = Math.max(0, bytes.length - DIGEST_BYTES); i < bytes.length; i++) {
        digest = Math.imul(digest, 31) + bytes[i]!;
      }
    }
    if (content !== null) {
      digest = Math.imul(digest, 31) + content.number + this.from;
      if (content.version > 1) digest = Math.imul(digest, 31) + content.version;
    }
    return this.isLast ? ~digest : digest | 0;
  }

  /** Cuts the first `count` bytes off, which it returns; they must be fewer than there are. */
  take(count: number): Segment {
    const own = this.bytes === null ? 0 : this.bytes.length;
    if (count <= own) {
      const first = new Segment(this.bytes!.subarray(0, count), null, 0, 0);
      this.bytes = count === own ? null : this.bytes!.subarray(count);
      return first;
    }
    const middle = this.from + count - own;
    const first = new Segment(this.bytes, this.content, this.from, middle);
    this.bytes = null;
    this.from = middle;
    return first;
  }

  /** A copy in which the byte at `offset` is changed by `mask`; what was a reference becomes bytes. */
  corrupted(offset: number, mask: number): Segment {
    const own = this.bytes ?? new Uint8Array(0);
    const bytes = new Uint8Array(this.length);
    bytes.set(own);
    if (this.content !== null) {
      bytes.set(this.content.bytes().subarray(this.from, this.to), own.length);
    }
    bytes[offset]! ^= mask;
    const copy = new Segment(bytes, null, 0, 0);
    copy.isLast = this.isLast;
    copy.sentUs = this.sentUs;
    return copy;
  }
}
