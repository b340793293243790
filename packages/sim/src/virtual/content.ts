import { createHash } from 'node:crypto';
import {
  inspectPicture,
  type PictureReport,
  type ReceivedBody,
  type StoredImage,
} from '@imagemesh/peer';

/**
 * The bytes of one image, which travel through the virtual world by reference: a stream carries which
 * content and from where to where. The bytes themselves are read when something looks at them.
 * Serves as the open image and, whole, as the received body, so that passing an image on makes no object.
 */
export class Content implements StoredImage, ReceivedBody {
  /** Number in the plan; −1 for what came into being in the run. */
  number = -1;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly #read: () => Uint8Array;
  #bytes: Uint8Array | null = null;
  #picture: PictureReport | null = null;
  #headed: { readonly head: Uint8Array; readonly to: number; readonly bytes: Uint8Array } | null =
    null;

  /** `read` is called once, when the bytes are looked at. */
  constructor(sizeBytes: number, sha256: string, read: () => Uint8Array) {
    this.sizeBytes = sizeBytes;
    this.sha256 = sha256;
    this.#read = read;
  }

  /** Content of bytes that are there already. */
  static of(bytes: Uint8Array): Content {
    return new Content(bytes.length, createHash('sha256').update(bytes).digest('hex'), () => bytes);
  }

  /** The bytes; nobody may change them. */
  bytes(): Uint8Array {
    this.#bytes ??= this.#read();
    return this.#bytes;
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
    this.#picture ??= inspectPicture(this.bytes());
    return this.#picture;
  }

  /** Nothing is held open. */
  release(): void {}
}
