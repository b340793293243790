import type { Content } from './content.ts';

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
}
