import type { Address } from '../protocol/address.ts';
import type { AttemptOutcome } from './asking.ts';
import type { FetchOutcome } from './fetching.ts';
import type { CloseCause } from './host.ts';

/** Messages of the protocol, for counting. */
export type MessageType = 'HELLO' | 'PEERS' | 'REQ' | 'RES' | 'ERR';

/** See `RefusalCode`. */
export const REFUSAL_CODES = [
  'too-many-connections',
  'too-many-from-address',
  'crowded-out',
  'request-unknown',
  'request-too-long',
  'request-timeout',
  'too-many-bytes',
  'lookup-timeout',
  'reply-too-slow',
  'too-many-replies',
  'bad-name',
  'unreadable',
  'list-too-long',
  'address-not-dialled',
  'too-many-addresses',
] as const;

/**
 * Why a caller was turned away or cut off, or what a peer told us was not believed; stable codes for logs and
 * metrics. docs/limits.md says what leads to each.
 */
export type RefusalCode = (typeof REFUSAL_CODES)[number];

const HEARSAY: ReadonlySet<RefusalCode> = new Set<RefusalCode>([
  'list-too-long',
  'address-not-dialled',
  'too-many-addresses',
]);

/** Whether a code is about what a peer told us of others, and not about a caller. */
export function isHearsay(code: RefusalCode): boolean {
  return HEARSAY.has(code);
}

/**
 * What a peer reports to whoever runs it. Every method is optional and takes primitive arguments, so
 * that nothing is built when nobody listens. Times are the host's `nowUs()`.
 */
export interface PeerObserver {
  /** A message has been sent or has arrived. */
  onMessage?(type: MessageType, isSent: boolean): void;
  /** A peer has answered our greeting, and was not known before. */
  onReached?(address: Address): void;
  /** A known peer has stopped answering and is not handed on any more. */
  onLost?(address: Address): void;
  /** The greetings of all starting addresses have come to an end, well or badly. */
  onSettled?(): void;
  /** An image has gone out whole; `elapsedUs` is the time from the moment that it was found. */
  onServed?(remote: Address, name: string, sizeBytes: number, elapsedUs: number): void;
  /** Told at most once for each code and each connection; `remote` is whose connection or list it was. */
  onRefused?(remote: Address, code: RefusalCode): void;
  /** One peer that was asked for an image has answered, or failed to. */
  onAttempt?(address: Address, outcome: AttemptOutcome): void;
  /**
   * A search for an image has come to its end, for all that wait for it. `from`, `sizeBytes` and `elapsedUs`,
   * the time from the dial that led to the image, are 0 where none was found.
   */
  onFetched?(
    name: string,
    outcome: FetchOutcome,
    from: Address,
    sizeBytes: number,
    elapsedUs: number,
  ): void;
  /** A connection that we accepted has closed. */
  onServingClosed?(remote: Address, cause: CloseCause): void;
}
