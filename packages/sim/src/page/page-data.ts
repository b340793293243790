/**
 * What the page shows, as plain data: the lab makes it, the viewer in the browser reads it. Times are
 * microseconds from the start of the first phase; peers, phases, groups and images are numbers in the lists.
 */
import type { Result, SeriesResult } from '../result/result.ts';

/** What does not grow with the run; it goes as JSON before the tables. */
export interface PageHead {
  readonly version: 1;
  readonly scenario: string;
  readonly seed: number;
  /** Null: the page was made from a trace, which does not tell. */
  readonly runner: string | null;
  /** The run goes on, and more will come. */
  readonly isRunning: boolean;
  readonly endUs: number;
  readonly phases: readonly PagePhase[];
  readonly groups: readonly string[];
  /** How many peers there are; names, addresses and the table of peers may have fewer. */
  readonly peerCount: number;
  readonly peers: readonly string[];
  readonly addresses: readonly string[];
  readonly images: readonly string[];
  /** Names of outcomes, of requests and of attempts alike. */
  readonly outcomes: readonly string[];
  /** Why requests were not correct; the first one is empty. */
  readonly whys: readonly string[];
  readonly faults: readonly PageFault[];
  readonly series: SeriesResult;
  /** For each bucket of that; empty where nobody knows. */
  readonly bands: readonly LatencyBand[];
  /** How many answers took how long. */
  readonly latency: LatencyBins;
  /** Who was up and known, in stretches of equal length. */
  readonly state: StateSeries;
  /** Null for a trace, which nobody judges. */
  readonly result: PageResult | null;
  readonly sources: readonly PageSource[];
  /** What the page does not have, a sentence each. */
  readonly leftOut: readonly string[];
}

/** What of a head comes about while a run goes on. */
export type MovingHead = Pick<
  PageHead,
  | 'endUs'
  | 'phases'
  | 'addresses'
  | 'outcomes'
  | 'whys'
  | 'faults'
  | 'series'
  | 'bands'
  | 'latency'
  | 'state'
>;

/** What is known before the run. */
export type StandingHead = Omit<PageHead, keyof MovingHead | 'leftOut'>;

/** A phase as it went. */
export interface PagePhase {
  readonly name: string;
  readonly isMeasured: boolean;
  /** How long it is meant to be; null: until something happens, or nobody knows. */
  readonly plannedUs: number | null;
  /** Null: it has not begun, or not ended. */
  readonly startUs: number | null;
  readonly endUs: number | null;
}

/** A fault as it happened, with those of its targets that are drawn. */
export interface PageFault {
  readonly text: string;
  readonly kind: string;
  readonly startUs: number;
  /** Null: it lasts to the end. */
  readonly endUs: number | null;
  readonly peers: readonly number[];
  /** Parts of a partition. */
  readonly parts: readonly (readonly number[])[];
  /** Ends of a spoilt link. */
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** Quantiles of the answers in a bucket of time that a result does not keep; null without any. */
export interface LatencyBand {
  readonly p90Ms: number | null;
  readonly p999Ms: number | null;
}

/** A histogram: `counts[i]` times were about `us[i]`. */
export interface LatencyBins {
  readonly us: readonly number[];
  readonly counts: readonly number[];
}

/** The state of the network at the end of each stretch. */
export interface StateSeries {
  readonly bucketUs: number;
  readonly up: readonly number[];
  readonly links: readonly number[];
}

/** A result without its long lists, which the tables have. */
export type PageResult = Omit<Result, 'perPeer' | 'series' | 'groups'> & {
  /** The command that repeats the run; null where it passed. */
  readonly repeat: string | null;
  /** The requests that tell most, a sentence each. */
  readonly telling: readonly string[];
};

/** A file that the scenario was read from, with what its expectations came to. */
export interface PageSource {
  readonly name: string;
  readonly text: string;
  readonly marks: readonly PageMark[];
}

/** What came of the expectation on a line. */
export interface PageMark {
  /** From 1. */
  readonly line: number;
  readonly holds: boolean;
  readonly shown: string;
}

/** A column of whole numbers. */
export type ColumnKind =
  /** 0 to 255. */
  | 'byte'
  /** Of 32 bits, with a sign. */
  | 'int'
  /** Up to 2⁵² on either side; short where each is near the one before. */
  | 'near';

/** Where a column is, in the order of the bytes; as JSON in the head. */
export interface ColumnHead {
  readonly name: ColumnName;
  readonly kind: ColumnKind;
  readonly length: number;
}

/** Every column there can be; those of one table have one length. */
export type ColumnName =
  | `peer.${'group' | 'state' | 'known' | 'due' | 'correct' | 'wrong' | 'excused' | 'failed'}`
  | `peer.${'bytesSent' | 'bytesReceived' | 'messagesSent' | 'messagesReceived'}`
  | `request.${'number' | 'at' | 'took' | 'peer' | 'image' | 'from' | 'size' | 'class'}`
  /** `attempts`: how many rows of `attempt` are its own; −1: they were left out. */
  | `request.${'phase' | 'outcome' | 'why' | 'attempts'}`
  | `attempt.${'peer' | 'outcome'}`
  | `state.${'at' | 'peer' | 'kind'}`
  | `link.${'at' | 'peer' | 'other' | 'kind'}`;

/** A column's numbers, on both sides. */
export type Columns = ReadonlyMap<ColumnName, ArrayLike<number>>;

/** Classes of requests by their numbers in `request.class`. */
export const REQUEST_CLASSES = ['correct', 'wrong', 'excused', 'failed'] as const;

/** States of peers by their numbers in `state.kind` and `peer.state`. */
export const PEER_STATES = ['down', 'up', 'paused'] as const;
