import type { Address } from '../protocol/address.ts';
import type { CloseCause } from './host.ts';

/** Messages of the protocol, for counting. */
export type MessageType = 'HELLO' | 'PEERS' | 'REQ' | 'RES' | 'ERR';

/** Why a caller was turned away or cut off; stable codes for logs and metrics. */
export type RefusalCode =
  | 'too-many-connections'
  | 'too-many-from-address'
  | 'request-unknown'
  | 'request-too-long'
  | 'request-timeout'
  | 'reply-too-slow'
  | 'bad-name'
  | 'unreadable';

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
  /** An image has gone out whole. */
  onServed?(remote: Address, name: string, sizeBytes: number): void;
  onRefused?(remote: Address, code: RefusalCode): void;
  /** A connection that we accepted has closed. */
  onServingClosed?(remote: Address, cause: CloseCause): void;
}
