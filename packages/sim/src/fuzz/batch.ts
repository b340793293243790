/** What one side does behind its last piece: it stays, it ends its side, or it resets the connection. */
export type Ending = 'wait' | 'end' | 'reset';

/** All that is said on one connection by the side that fuzzes. */
export interface Stream {
  /** Each leaves in one write. */
  readonly pieces: readonly Uint8Array[];
  /** Before every piece but the first, and before the ending. */
  readonly pauseMs: number;
  readonly ending: Ending;
}

/** One input of the fuzzer: connections that are open at the same time, and what a peer that calls back is told. */
export interface Batch {
  /** Calls to the peer, all begun at once. */
  readonly calls: readonly Stream[];
  /** What the peer hears on the connections that it dials itself, one after the other; in the virtual world. */
  readonly replies: readonly Stream[];
  /** An image that the peer is told to get from the fuzzer; null: none. */
  readonly fetch: string | null;
}

/** All bytes of a stream. */
export function joined({ pieces }: Stream): Uint8Array {
  return Buffer.concat(pieces);
}
