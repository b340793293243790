import type { EventEmitter } from 'node:events';
import type { AttemptOutcome } from './core/asking.ts';
import type { FetchOutcome } from './core/fetching.ts';
import type { CloseCause } from './core/host.ts';
import type { PeerObserver, RefusalCode } from './core/observer.ts';
import type { Address } from './protocol/address.ts';

/**
 * What a peer emits on the `events` that `createPeer` is given. A listener is called while the peer waits, so it should
 * be quick; an exception out of it is taken for a bug of the peer's own.
 */
export interface PeerEvents {
  /** A peer has answered our greeting, and was not known before. */
  reached: [{ address: Address }];
  /** A known peer has stopped answering and is not handed on any more. */
  lost: [{ address: Address }];
  /** The greetings of all starting addresses have come to an end, well or badly. */
  settled: [];
  /** An image has gone out whole, so long after it was found. */
  served: [{ remote: Address; name: string; sizeBytes: number; elapsedUs: number }];
  /** A caller was turned away or cut off, or a list was not believed. */
  refused: [{ remote: Address; code: RefusalCode }];
  /** One peer that was asked for an image has answered, or failed to. */
  attempt: [{ address: Address; outcome: AttemptOutcome }];
  /** A search for an image has come to its end; what follows the outcome is 0 where none was found. */
  fetched: [
    { name: string; outcome: FetchOutcome; from: Address; sizeBytes: number; elapsedUs: number },
  ];
  /** A connection that was accepted has closed. */
  closed: [{ remote: Address; cause: CloseCause }];
}

/** An observer that emits on `events` what it is told, after it has told `next`, which alone is told of messages. */
export function emittingObserver(
  events: EventEmitter<PeerEvents>,
  next: PeerObserver,
): PeerObserver {
  return {
    ...(next.onMessage && { onMessage: next.onMessage.bind(next) }),
    onReached(address) {
      next.onReached?.(address);
      events.emit('reached', { address });
    },
    onLost(address) {
      next.onLost?.(address);
      events.emit('lost', { address });
    },
    onSettled() {
      next.onSettled?.();
      events.emit('settled');
    },
    onServed(remote, name, sizeBytes, elapsedUs) {
      next.onServed?.(remote, name, sizeBytes, elapsedUs);
      events.emit('served', { remote, name, sizeBytes, elapsedUs });
    },
    onRefused(remote, code) {
      next.onRefused?.(remote, code);
      events.emit('refused', { remote, code });
    },
    onAttempt(address, outcome) {
      next.onAttempt?.(address, outcome);
      events.emit('attempt', { address, outcome });
    },
    onFetched(name, outcome, from, sizeBytes, elapsedUs) {
      next.onFetched?.(name, outcome, from, sizeBytes, elapsedUs);
      events.emit('fetched', { name, outcome, from, sizeBytes, elapsedUs });
    },
    onServingClosed(remote, cause) {
      next.onServingClosed?.(remote, cause);
      events.emit('closed', { remote, cause });
    },
  };
}
