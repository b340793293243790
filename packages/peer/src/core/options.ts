import type { Address } from '../protocol/address.ts';

/** What a peer is told when it starts to look for others. */
export interface StartOptions {
  /** Addresses to greet first; they are tried for ever, with growing pauses. */
  readonly starts: readonly Address[];
  /** Addresses of peers that answered in an earlier run; forgotten like any other when they do not answer. */
  readonly remembered?: readonly Address[];
  /** The port to announce to the peers we greet; 0 announces none. */
  readonly announcePort: number;
}

/** Every bound of the peer's logic, in one place. Times in microseconds. */
export interface PeerLimits {
  /** Peers that we keep in touch with and hand on. */
  readonly known: number;
  /** Addresses heard of and not yet reached. */
  readonly candidates: number;
  /**
   * Addresses from one peer's lists that are not reached yet or came to nothing of late; also addresses that one
   * machine has told us, in lists or by announcing them, and that are not reached yet.
   */
  readonly unprovenPerSource: number;
  /** Greetings under way at once. */
  readonly greetings: number;
  /** Accepted connections at once, in all; more are closed unread, or take the place of one that has more. */
  readonly connections: number;
  /** Accepted connections at once from one IP address. */
  readonly connectionsPerIp: number;
  /** Images under way at once to one IP address; further requests of it wait for their turn. */
  readonly repliesPerIp: number;
  /** A connection that is not set up by then is given up. */
  readonly dialTimeoutUs: number;
  /** A caller that has not asked by then is cut off. */
  readonly requestTimeoutUs: number;
  /** How long a request that may be unfinished is waited for. */
  readonly graceUs: number;
  /** The whole of a list must be here by then; short, since there are only so many greetings at once. */
  readonly greetingTimeoutUs: number;
  /** The first byte of an answer must be here by then. */
  readonly replyTimeoutUs: number;
  /** Bytes of one caller that are read in all, its request and what comes behind it. */
  readonly callerBytes: number;
  /** A reader that takes nothing of our reply for so long is cut off. */
  readonly stallUs: number;
  /** A reader that takes our reply more slowly than this, over twice `stallUs`, is cut off. */
  readonly minReplyBytesPerSecond: number;
  /** Bodies that we receive are checked this often against `minBytesPerSecond`. */
  readonly progressCheckUs: number;
  /** A body that arrives more slowly than this is dropped. */
  readonly minBytesPerSecond: number;
  /** How long we wait for the other side to close after our answer. */
  readonly lingerUs: number;
  /**
   * An image that a plain peer sends, and that has come from another one meanwhile, is read on for so long: its
   * sender would die of our leaving.
   */
  readonly courtesyUs: number;
  /** Largest image that is taken in. */
  readonly imageBytes: number;
  /** Peers of ours that are asked for one image at once; as many again may be late with their answers. */
  readonly asksAtOnce: number;
  /** After so many denials one more is asked at once. */
  readonly denialsPerAsk: number;
  /** A peer that was asked and has not begun to answer by then is late: another one is asked as well. */
  readonly lateUs: number;
  /** What fetches teach about other peers is believed for so long. */
  readonly rememberUs: number;
  /** After its first failure a peer is asked after all others for so long; after each further one twice as long. */
  readonly retryUs: number;
  /**
   * Where a picture does not say itself that it is whole, so many more peers are asked for it, to compare. 0:
   * none, and it stays unverified.
   */
  readonly compareAsks: number;
  /** After so long no more of them are asked. */
  readonly compareUs: number;
  /** Different bodies of one image that are held at once; of so many the longest is kept. */
  readonly compareBodies: number;
  /** A known peer is greeted again about this often. */
  readonly refreshUs: number;
  /** A peer that has not answered for so long is not handed on. */
  readonly staleUs: number;
  /**
   * Greetings in vain of addresses that one machine has told us may take so much time within `forgiveUs`; then
   * its addresses come after all others, and have half of the greetings.
   */
  readonly vainUs: number;
  /** After so long it is forgotten how many addresses from a peer's lists came to nothing. */
  readonly forgiveUs: number;
  /** The shortest pause between two greetings of one peer. */
  readonly exploreUs: number;
  /** The longest pause between two tries of a starting address that does not answer. */
  readonly maxBackOffUs: number;
  /** Failures in a row after which an address, unless it is a starting one, is forgotten. */
  readonly failures: number;
}

const SECOND = 1_000_000;

/** The defaults; docs/limits.md says of each what happens there. */
export const DEFAULT_LIMITS: PeerLimits = {
  known: 64,
  candidates: 256,
  unprovenPerSource: 64,
  greetings: 8,
  connections: 4_096,
  connectionsPerIp: 1_024,
  repliesPerIp: 256,
  dialTimeoutUs: 5 * SECOND,
  requestTimeoutUs: 15 * SECOND,
  graceUs: SECOND,
  greetingTimeoutUs: 5 * SECOND,
  replyTimeoutUs: 10 * SECOND,
  callerBytes: 1_024 * 1_024,
  stallUs: 120 * SECOND,
  minReplyBytesPerSecond: 1_024,
  progressCheckUs: 15 * SECOND,
  minBytesPerSecond: 1_024,
  lingerUs: 2 * SECOND,
  courtesyUs: 60 * SECOND,
  imageBytes: 256 * 1_024 * 1_024,
  asksAtOnce: 8,
  denialsPerAsk: 2,
  lateUs: SECOND / 2,
  rememberUs: 300 * SECOND,
  retryUs: 2 * SECOND,
  compareAsks: 8,
  compareUs: 3 * SECOND,
  compareBodies: 3,
  refreshUs: 20 * SECOND,
  staleUs: 30 * SECOND,
  vainUs: 20 * SECOND,
  forgiveUs: 60 * SECOND,
  exploreUs: SECOND / 4,
  maxBackOffUs: 60 * SECOND,
  failures: 3,
};
