/** What the threads of one peer tell each other. All of it can be cloned. */
import type { PeerObserver } from '../core/observer.ts';
import type { PeerLimits } from '../core/options.ts';
import type { Address } from '../protocol/address.ts';
import type { FolderOptions } from '../storage/image-folder.ts';
import type { Traffic } from '../transport/node-host.ts';
import type { EventBatch } from './event-batch.ts';

/** What a serving thread is started with. */
export interface ThreadSetting {
  /** Path of the images folder. */
  readonly images: string;
  readonly folder: FolderOptions;
  /** Where to listen, together with the other threads. */
  readonly address: Address;
  /** Its share of them. */
  readonly limits: PeerLimits;
  readonly bigBuffers: number;
  /** The list of peers, ready to send. */
  readonly peers: Uint8Array;
  /** What whoever runs the peer wants to be told. */
  readonly observed: readonly (keyof PeerObserver)[];
}

/** What a serving thread is told. */
export type ThreadCommand =
  | { readonly do: 'peers'; readonly peers: Uint8Array }
  | { readonly do: 'limits'; readonly limits: PeerLimits }
  | { readonly do: 'stop'; readonly withinMs: number };

/** What a serving thread is doing, in numbers. */
export interface ThreadStatus extends Traffic {
  /** Accepted connections that are open. */
  readonly accepted: number;
}

/** What a serving thread tells. */
export type ThreadEvent =
  | { readonly event: 'listening' }
  | { readonly event: 'failed'; readonly message: string; readonly code: string | undefined }
  | { readonly event: 'bug'; readonly stack: string }
  | {
      readonly event: 'news';
      readonly batch: EventBatch;
      /** Addresses at which callers say that they listen. */
      readonly announced: readonly Address[];
      readonly status: ThreadStatus;
    };
