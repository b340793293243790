import { Content } from './content.ts';

/**
 * A body that is arriving. As long as its pieces follow one another in one content it is no more than
 * two numbers; anything else (bytes in between, a gap, another content) makes bytes of it, so that what
 * was changed on the way is still found by its hash.
 */
export class ArrivingBody {
  readonly maxBytes: number;
  sizeBytes = 0;
  #content: Content | null = null;
  #pieces: Uint8Array[] | null = null;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Takes bytes in. */
  pushBytes(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#materialize();
    this.#pieces!.push(bytes);
    this.sizeBytes += bytes.length;
  }

  /** Takes a part of a content in. */
  pushContent(content: Content, from: number, to: number): void {
    const follows =
      this.#pieces === null &&
      (this.sizeBytes === 0 ? from === 0 : this.#content === content && from === this.sizeBytes);
    if (!follows) return this.pushBytes(content.bytes().subarray(from, to));
    this.#content = content;
    this.sizeBytes += to - from;
  }

  /** All has arrived. */
  finish(): Content {
    const content = this.#content;
    if (this.#pieces === null && content !== null && this.sizeBytes === content.sizeBytes) {
      return content;
    }
    this.#materialize();
    return Content.of(Buffer.concat(this.#pieces!));
  }

  #materialize(): void {
    if (this.#pieces !== null) return;
    this.#pieces = [];
    if (this.#content !== null)
      this.#pieces.push(this.#content.bytes().subarray(0, this.sizeBytes));
  }
}
