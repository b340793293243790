/**
 * What a program and a peer that it runs (`p2p --control`) say to each other: lines of JSON, commands
 * on the peer's standard input, events on its standard output.
 */
import type { AttemptOutcome } from './core/asking.ts';
import type { FetchResult } from './core/fetching.ts';
import type { MessageType } from './core/observer.ts';

/** What can be told to a peer under control. */
export type ControlCommand =
  | { readonly do: 'start'; readonly peers: readonly string[] }
  | { readonly do: 'fetch'; readonly id: number; readonly name: string }
  // Of a file that was saved, as it is on the disk now.
  | { readonly do: 'hash'; readonly id: number; readonly savedAs: string }
  | { readonly do: 'counts' }
  | { readonly do: 'stop' };

/** How many messages of each type went out and came in. */
export type MessageCounts = Record<'sent' | 'received', Record<MessageType, number>>;

/** What a peer under control tells. Addresses are written `a.b.c.d:port`. */
export type ControlEvent =
  | { readonly event: 'listening'; readonly address: string }
  | { readonly event: 'reached' | 'lost'; readonly address: string }
  | { readonly event: 'fetched'; readonly id: number; readonly result: ControlResult }
  | { readonly event: 'counts'; readonly counts: MessageCounts; readonly rssBytes: number }
  // Empty when the file cannot be read.
  | { readonly event: 'hashed'; readonly id: number; readonly sha256: string }
  | { readonly event: 'unfetched'; readonly id: number; readonly why: string }
  | { readonly event: 'bug'; readonly message: string };

/** A `FetchResult` with its addresses as text. */
export interface ControlResult extends Omit<FetchResult, 'attempts' | 'image'> {
  readonly attempts: readonly { readonly address: string; readonly outcome: AttemptOutcome }[];
  readonly image:
    | (Omit<NonNullable<FetchResult['image']>, 'from'> & { readonly from: string })
    | null;
}

/** The sums of two counts, as a new one. */
export function addMessages(a: MessageCounts, b: MessageCounts): MessageCounts {
  const sums = noMessages();
  for (const way of ['sent', 'received'] as const) {
    for (const type of Object.keys(sums[way]) as MessageType[]) {
      sums[way][type] = a[way][type] + b[way][type];
    }
  }
  return sums;
}

/** Zero messages of every type. */
export function noMessages(): MessageCounts {
  const none = { HELLO: 0, PEERS: 0, REQ: 0, RES: 0, ERR: 0 };
  return { sent: { ...none }, received: { ...none } };
}
