import type { Address, AttemptOutcome, FetchOutcome, MessageCounts } from '@imagemesh/peer';
import type { DiskRules } from './disk-rules.ts';

/** A peer that a runner on real sockets has started, whatever it is made of. */
export interface LivePeer {
  /** Where it listens. */
  readonly address: Address;
  /** Lets it greet its starting addresses. */
  start(starts: readonly Address[]): void;
  /**
   * Makes it ask: now, or at `dueMs` by `performance.now()` where it was started in a world that asks ahead of time.
   * Rejects only when the peer has ended.
   */
  request(name: string, dueMs?: number): Promise<LiveAnswer>;
  /** Messages so far; null for programs that do not tell. */
  counts(): Promise<MessageCounts | null>;
  /** Resident memory, 0 when it shares ours. */
  rssBytes(): number;
  /** Ends it; replies under way may go on for `withinMs`, by default not at all. Never rejects. */
  stop(withinMs?: number): Promise<void>;
  /** Ends it at once, as the system would. Never rejects. */
  kill(): Promise<void>;
  /** Makes it stand still, or go on; for those that are processes. */
  pause(): void;
  resume(): void;
}

/** What a peer's request came to, in addresses. */
export interface LiveAnswer {
  readonly outcome: FetchOutcome;
  /** When it was there, by `performance.now()`: before the lab spends time on checking it. */
  readonly arrivedMs: number;
  /** 0: none, or unknown. */
  readonly from: Address;
  readonly sizeBytes: number;
  /** Of the file that was saved, taken by the lab itself; empty for none. */
  readonly sha256: string;
  readonly attempts: readonly { readonly address: Address; readonly outcome: AttemptOutcome }[];
  /** It was asking for this image already: attempts and bytes are those of an earlier request. */
  readonly isJoined?: boolean;
}

/** What a live peer tells its runner by itself. */
export interface LivePeerEvents {
  /** `atMs` is when, by `performance.now()`, where that is not now. */
  onReached(address: Address, atMs?: number): void;
  onLost(address: Address, atMs?: number): void;
  /** It has ended without having been told to; one sentence fragment such as `was ended by SIGKILL`. */
  onCrash(how: string): void;
  /** It has not ended as it should when it was told to; what it left: `a process that did not end`. */
  onLeft(what: string): void;
  /** Its process has written something, to standard output or standard error. */
  onOutput?(text: string): void;
}

/** What a live peer is made from. */
export interface LivePeerOptions {
  /** A folder of its own; its images are in `images/` below it. */
  readonly folder: string;
  /** IP address to listen on and to call from. */
  readonly host: string;
  /** Where others reach it, when that is not where it listens: it tells them the port. Null: where it listens. */
  readonly announce: Address | null;
  /** Port to listen on; 0: any that is free. */
  readonly port: number;
  /** How many others it keeps in touch with. */
  readonly known: number;
  /** It has lost its files since it was up last. */
  readonly isEmptied: boolean;
  /** What is wrong with its disk, for peers in our process; null: nothing ever is. */
  readonly disk: DiskRules | null;
  /** Source of randomness, for peers that can take one. */
  readonly random32: () => number;
  readonly events: LivePeerEvents;
  /** Once aborted, it is not waited for any longer while it starts. */
  readonly signal: AbortSignal;
}
