import { hash } from 'node:crypto';
import {
  inspectPicture,
  type PictureReport,
  type ReceivedBody,
  type StoredImage,
} from '@imagemesh/peer';
import { recallImage, type ImageContent, type ImageSource } from '../plan/images.ts';

/** What pictures of plans are, by where they come from. */
const reports = new WeakMap<ImageSource, PictureReport>();

/**
 * The bytes of one image, which travel through the virtual world by reference: a stream carries which
 * content and from where to where. The bytes themselves are read when something looks at them.
 * Serves as the open image and, whole, as the received body, so that passing an image on makes no object.
 */
export class Content implements StoredImage, ReceivedBody {
  /** Number in the plan; −1 for what came into being in the run. */
  number = -1;
  /** Which of the pictures under its name in the plan, from 1. */
  version = 1;
  readonly sizeBytes: number;
  readonly #hash: () => string;
  readonly #read: () => Uint8Array;
  readonly #source: ImageSource | null;
  #picture: PictureReport | null = null;
  #headed: { readonly head: Uint8Array; readonly to: number; readonly bytes: Uint8Array } | null =
    null;

  private constructor(
    sizeBytes: number,
    hash: () => string,
    read: () => Uint8Array,
    source: ImageSource | null = null,
  ) {
    this.sizeBytes = sizeBytes;
    this.#hash = hash;
    this.#read = read;
    this.#source = source;
  }

  /** Content of bytes that are there already. */
  static of(bytes: Uint8Array): Content {
    const sha256 = hash('sha256', bytes);
    return new Content(
      bytes.length,
      () => sha256,
      () => bytes,
    );
  }

  /**
   * The content of an image of the plan. A file is read once, when somebody looks at its bytes, and kept:
   * it may change on the disk. Of generated pictures there may be more than the memory holds.
   */
  static ofImage(image: ImageContent): Content {
    const { source, sizeBytes } = image;
    let kept: Uint8Array | null = null;
    const read = (): Uint8Array =>
      'picture' in source ? recallImage(image) : (kept ??= recallImage(image));
    return new Content(sizeBytes, () => image.sha256, read, source);
  }

  get sha256(): string {
    return this.#hash();
  }

  /** The bytes; nobody may change them. */
  bytes(): Uint8Array {
    return this.#read();
  }

  /** `head` and the first `to` bytes, as they arrive together; remembered, since every reply has them. */
  headed(head: Uint8Array, to: number): Uint8Array {
    if (this.#headed?.head !== head || this.#headed.to !== to) {
      const bytes = new Uint8Array(head.length + to);
      bytes.set(head);
      bytes.set(this.bytes().subarray(0, to), head.length);
      this.#headed = { head, to, bytes };
    }
    return this.#headed.bytes;
  }

  get picture(): PictureReport {
    this.#picture ??= this.#inspect();
    return this.#picture;
  }

  /** One look at an image is enough for all runs: with many seeds in turn it was a tenth of their time. */
  #inspect(): PictureReport {
    const known = this.#source === null ? undefined : reports.get(this.#source);
    if (known !== undefined) return known;
    const report = inspectPicture(this.bytes());
    if (this.#source !== null) reports.set(this.#source, report);
    return report;
  }

  /** Nothing is held open. */
  release(): void {}
}
