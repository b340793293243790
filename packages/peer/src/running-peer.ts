import type { FetchResult } from './core/fetching.ts';
import type { PeerLimits } from './core/options.ts';
import type { Address } from './protocol/address.ts';
import type { ImageFolder } from './storage/image-folder.ts';
import type { Traffic } from './transport/node-host.ts';

/** How an image is fetched. */
export interface FetchOptions {
  /** Saves bytes of another type than the name says too. Default false. */
  readonly anyType?: boolean;
  /** Gives this fetch up when it is aborted, as `cancel` does: its outcome is `cancelled`. */
  readonly signal?: AbortSignal;
}

/** A fetch under way on a running peer. */
export interface RunningFetch {
  readonly result: Promise<FetchResult>;
  /** Bytes of the image that have arrived so far. */
  bytesReceived(): number;
  cancel(): void;
}

/** What a running peer is doing, in numbers. */
export interface PeerStatus extends Traffic {
  /** Peers that have answered us and not failed since. */
  readonly known: number;
  /** Addresses heard of and not reached. */
  readonly candidates: number;
  /** Accepted connections that are open. */
  readonly accepted: number;
  /** Fetches that have not come to their end. */
  readonly fetches: number;
  /** Greetings that are under way. */
  readonly greetings: number;
}

/** A peer on real sockets and a real folder. Several can run in one process. */
export interface RunningPeer {
  /** Where it listens; 0 when it does not. */
  readonly address: Address;
  readonly folder: ImageFolder;
  /**
   * Greets the starting addresses and goes on from there. Once. Those that are `remembered` from an earlier run
   * are tried as well, and forgotten when they do not answer.
   */
  start(starts: readonly Address[], remembered?: readonly Address[]): void;
  /** Other starting addresses from now on. */
  setStarts(starts: readonly Address[]): void;
  /** Other limits, for what begins from now on; known peers that are too many then stay until they fail. */
  setLimits(limits: Partial<PeerLimits>): void;
  /** What it is doing now; it looks at each open connection. */
  status(): PeerStatus;
  /** The peers that have answered us and not failed since. */
  known(): Address[];
  /**
   * Fetches an image from whoever has it, or from one address; with `anyType` also bytes of another type than
   * the name says. A second fetch of an image that is being fetched joins the first. Throws a `PeerError` for
   * a name that no image can have or that is too long to be saved; any other failure is in the result. One that
   * has been stopped fetches nothing any more: the result is `cancelled`.
   */
  fetch(name: string, from?: Address, options?: FetchOptions): RunningFetch;
  /**
   * Greets nobody any more, gives up its fetches, lets running replies end for at most `withinMs`, closes everything.
   * They are given no more time once `signal` is aborted, or when this is called again without any.
   */
  stop(withinMs?: number, signal?: AbortSignal): Promise<void>;
  /** Stops at once, at the end of a block with `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}
