import type { FetchResult } from '../core/fetching.ts';
import { isHearsay, type RefusalCode } from '../core/observer.ts';
import { formatAddress, type Address } from '../protocol/address.ts';
import { formatImages, formatPeers, formatShortBytes, formatUptime } from './wording.ts';

/** What a running peer has done so far, for `stats` at the prompt. */
export class Tally {
  /** Set once it is known. */
  listensAt: Address = 0;
  readonly #startMs = performance.now();
  readonly #sent = { images: 0, bytes: 0 };
  readonly #fetched = { images: 0, bytes: 0 };
  #notFetched = 0;
  readonly #refused = new Map<RefusalCode, number>();

  /** An image has gone out whole. */
  served(sizeBytes: number): void {
    this.#sent.images++;
    this.#sent.bytes += sizeBytes;
  }

  /** A caller was turned away or cut off, or what a peer told was not believed. */
  refused(code: RefusalCode): void {
    this.#refused.set(code, (this.#refused.get(code) ?? 0) + 1);
  }

  /** A fetch of ours has ended. */
  fetched({ image }: FetchResult): void {
    if (image === null) this.#notFetched++;
    else {
      this.#fetched.images++;
      this.#fetched.bytes += image.sizeBytes;
    }
  }

  /** All of it, in a few lines. */
  describe(peers: number, images: number): string {
    const up = formatUptime(performance.now() - this.#startMs);
    const [sent, fetched] = [this.#sent, this.#fetched];
    const notFetched = this.#notFetched === 0 ? '' : `, ${this.#notFetched} not`;
    return [
      `Up for ${up} on ${formatAddress(this.listensAt)}, in touch with ${formatPeers(peers)}.`,
      `Sharing ${formatImages(images)}; sent ${formatImages(sent.images)}, ${formatShortBytes(sent.bytes)}.`,
      `Fetched ${formatImages(fetched.images)}, ${formatShortBytes(fetched.bytes)}${notFetched}.`,
      ...this.#refusals(),
    ].join('\n');
  }

  #refusals(): string[] {
    const told = [...this.#refused].filter(([code]) => isHearsay(code));
    const callers = [...this.#refused].filter(([code]) => !isHearsay(code));
    return [...summed('Turned away', callers), ...summed('Not believed', told)];
  }
}

/** `Turned away: 3 bad-name, 1 unreadable.`; nothing when there is nothing to tell. */
function summed(what: string, counts: readonly (readonly [RefusalCode, number])[]): string[] {
  if (counts.length === 0) return [];
  return [`${what}: ${counts.map(([code, count]) => `${count} ${code}`).join(', ')}.`];
}
