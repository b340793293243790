import type { Address } from '../protocol/address.ts';

/** What a peer is told when it starts to look for others. */
export interface StartOptions {
  /** Addresses to greet first; they are tried for ever, with growing pauses. */
  readonly starts: readonly Address[];
  /** The port to announce to the peers we greet; 0 announces none. */
  readonly announcePort: number;
}

/** Every bound of the peer's logic, in one place. Times in microseconds. */
export interface PeerLimits {
  /** Peers that we keep in touch with and hand on. */
  readonly known: number;
  /** Addresses heard of and not yet reached. */
  readonly candidates: number;
  /** Addresses from one peer's lists that are not reached yet or came to nothing of late. */
  readonly unprovenPerSource: number;
  /** Greetings under way at once. */
  readonly greetings: number;
  /** Accepted connections at once, in all; more are closed unread. */
  readonly connections: number;
  /** Accepted connections at once from one IP address. */
  readonly connectionsPerIp: number;
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
  /** A reader that takes nothing of our reply for so long is cut off. */
  readonly stallUs: number;
  /** Bodies that we receive are checked this often against `minBytesPerSecond`. */
  readonly progressCheckUs: number;
  readonly minBytesPerSecond: number;
  /** How long we wait for the other side to close after our answer. */
  readonly lingerUs: number;
  /** Largest image that is taken in. */
  readonly imageBytes: number;
  /** A known peer is greeted again about this often. */
  readonly refreshUs: number;
  /** A peer that has not answered for so long is not handed on. */
  readonly staleUs: number;
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

/** The defaults; docs/protocol.md lists them with their reasons. */
export const DEFAULT_LIMITS: PeerLimits = {
  known: 64,
  candidates: 256,
  unprovenPerSource: 64,
  greetings: 8,
  connections: 4_096,
  connectionsPerIp: 1_024,
  dialTimeoutUs: 5 * SECOND,
  requestTimeoutUs: 15 * SECOND,
  graceUs: SECOND,
  greetingTimeoutUs: 5 * SECOND,
  replyTimeoutUs: 10 * SECOND,
  stallUs: 120 * SECOND,
  progressCheckUs: 15 * SECOND,
  minBytesPerSecond: 1_024,
  lingerUs: 2 * SECOND,
  imageBytes: 256 * 1_024 * 1_024,
  refreshUs: 20 * SECOND,
  staleUs: 30 * SECOND,
  forgiveUs: 60 * SECOND,
  exploreUs: SECOND / 4,
  maxBackOffUs: 60 * SECOND,
  failures: 3,
};
