import type { MatrixCell } from '../scenario/scenario.ts';

/**
 * The result of one run: plain data, written by `--json`, read by other tools, shown by the tables.
 * The names are relied upon; a change of meaning raises `version`.
 */
export interface Result {
  readonly version: 1;
  readonly verdict: Verdict;
  /** One sentence per reason why the verdict is not `pass`; empty for `pass`. */
  readonly reasons: readonly string[];
  readonly scenario: string;
  /**
   * Digest of all in the scenario that bears on a run, pictures included, 64 hexadecimal digits: equal for
   * scenarios that mean the same. What is expected, the name and the seed are not in it.
   */
  readonly scenarioDigest: string;
  /** The scenario's file, as given. */
  readonly file: string;
  /** Which cell of the file's matrix this was; null when it has none. */
  readonly cell: MatrixCell | null;
  readonly runner: string;
  readonly seed: number;
  readonly peers: number;
  /** From the start of the command to its verdict, setting up and clearing away included. */
  readonly wallSeconds: number;
  /** From the start of the first phase to the end of the last, on the clock of the run. */
  readonly runSeconds: number;
  /** The same on the simulated clock; null when the clock was a real one. */
  readonly simulatedSeconds: number | null;
  /** Of all phases that are measured, and so are the next three. */
  readonly requests: RequestCounts;
  /** From the moment a request was due to its answer. Null when nothing was answered. */
  readonly latencyMs: Latency | null;
  readonly throughput: Throughput;
  readonly effort: Effort;
  /** The same four by group of those who asked; in the order of the scenario. */
  readonly groups: readonly GroupResult[];
  readonly discovery: DiscoveryResult;
  readonly phases: readonly PhaseResult[];
  readonly expectations: readonly ExpectationResult[];
  /** What is expected of every run; empty when it could not be carried out. */
  readonly always: readonly AlwaysResult[];
  /** Faults as they happened, in the order of their beginnings. */
  readonly faults: readonly FaultResult[];
  readonly perPeer: readonly PeerResult[];
  /** A few requests that went wrong or failed, the first ones. */
  readonly badRequests: readonly BadRequest[];
  /**
   * Up to three requests that tell most: wrong ones before failed ones, those with different causes first. The
   * slowest ones follow where an expectation about time or rates does not hold.
   */
  readonly tellingRequests: readonly TellingRequest[];
  /**
   * What our peers left behind when they had been told to end, a sentence without its end for each that did:
   * `peer-3 left 2 connections open`. Null when it was not looked for it.
   */
  readonly leftBehind: readonly string[] | null;
  /** What came of the requests of all phases over time. */
  readonly series: SeriesResult;
  /** What the lab tells of itself. */
  readonly harness: HarnessResult;
  readonly memory: { readonly peakRssBytes: number };
  /** Set by the virtual runner. */
  readonly virtual: VirtualResult | null;
  /** Machines that the peers were spread over; set by the swarm runner. */
  readonly hosts?: readonly HostResult[];
  /**
   * What ran: version of the lab, of Node, the system, and its processors by model and number; and when the command was
   * started, in UTC as ISO 8601 has it.
   */
  readonly environment: {
    readonly imagemesh: string;
    readonly node: string;
    readonly system: string;
    readonly processor: string;
    readonly startedAt: string;
  };
}

/** A machine that peers of a run were on. */
export interface HostResult {
  readonly name: string;
  readonly peers: number;
  /** By how much times that were taken there may be wrong against those of the lab; null: its clock was never told. */
  readonly clockErrorMs: number | null;
  /** How often it was lost. */
  readonly lost: number;
}

/** `harness-bound`: the lab measured itself; `error`: the run could not be carried out. */
export type Verdict = 'pass' | 'fail' | 'harness-bound' | 'error';

/** How the requests that were due came out; the four others add up to `due`. */
export interface RequestCounts {
  readonly due: number;
  /** The truth: the right bytes, or not found where nobody has the image. */
  readonly correct: number;
  /** Other bytes, or "not found" although a peer that was known has the image. */
  readonly wrong: number;
  /** Could not succeed: no owner could be known or reached. */
  readonly excused: number;
  readonly failed: number;
}

/** Milliseconds. */
export interface Latency {
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** Correct answers, and bytes of images in them, that came within the phase. */
export interface Throughput {
  readonly requestsPerSecond: number;
  readonly bytesPerSecond: number;
}

/** What it took to answer. Programs that do not tell whom they ask count no attempts. */
export interface Effort {
  /** Peers that were asked, over all requests. */
  readonly attempts: number;
  /** Of them, those that neither gave an image nor said that they have none: refused, cut off, too late. */
  readonly failedAttempts: number;
  /** Right images that arrived where they were already, at the owner or fetched before. */
  readonly duplicateImages: number;
  /** Their bytes. */
  readonly duplicateBytes: number;
}

/** Shares of all that can be known, in percent. */
export type KnownPercent = '50' | '90' | '99' | '100';

/** Who came to know whom. */
export interface DiscoveryResult {
  /** Whether each of our peers had reached every other peer at some moment. */
  readonly complete: boolean;
  /** When that was, from the start of the first phase; null when it was not. */
  readonly seconds: number | null;
  /** HELLO and PEERS messages that our peers sent in the whole run, to find others and to stay in touch. */
  readonly messages: number;
  /** From the end of the last fault until that was so again; null when it was not, or nothing was wrong. */
  readonly healedSeconds: number | null;
  /** Pairs that were reached at the end, and pairs that there are. */
  readonly reachedPairs: number;
  readonly pairs: number;
  /** Pairs that can be known at once: fewer where peers keep in touch with a limited number of others. */
  readonly knowablePairs: number;
  /** When so many percent of those were known for the first time, from the start of the first phase; null: never. */
  readonly secondsTo: Readonly<Record<KnownPercent, number | null>>;
  /** Parts that our peers that were up at the end fell into, by who knew whom; 1: each can be found from each. */
  readonly components: number;
  /** Our peers in the largest of them. */
  readonly largestComponent: number;
  /** Pairs of a peer of ours that was up at the end and one that it knew although that was down. */
  readonly stale: number;
}

/** What came of the requests over time. */
export interface SeriesResult {
  readonly bucketSeconds: number;
  /** From the start of the first phase to the end of the run; 240 at most. */
  readonly buckets: readonly SeriesBucket[];
}

/** What came of the requests in one bucket of time. */
export interface SeriesBucket extends RequestCounts {
  /** Requests that were due in it; the counts beside it are of those that came to their end in it. */
  readonly due: number;
  /** Bytes of the right images that arrived. */
  readonly bytes: number;
  /** Of the answers that came in it, up to 1.6% off; null without any. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

/** What the lab tells of itself. */
export interface HarnessResult {
  /**
   * How late the lab's own timers rang at worst, taken every tenth of a second: quantiles of these. 0 in
   * the virtual world, whose clock is never late; null when nothing was taken.
   */
  readonly lagMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
  /** The most requests that were under way at once. */
  readonly peakOpenRequests: number;
  /** What the lab was short of, whatever came of that. */
  readonly bounds: readonly HarnessBound[];
}

/** Something that the lab was short of in a phase. */
export interface HarnessBound {
  /**
   * `lag`: its timers rang late; `processor`: its event loop had no rest; `machine`: no processor had any;
   * `files`: the system had no file left for it; `requests`: more were open than it can watch.
   */
  readonly kind: 'lag' | 'processor' | 'machine' | 'files' | 'requests';
  /** Null: the run was cut for it. */
  readonly phase: string | null;
  /** One sentence without its end. */
  readonly text: string;
}

/** One fault. */
export interface FaultResult {
  /** What it was: `kill peer-3`. */
  readonly text: string;
  /** From the start of the first phase. */
  readonly startSeconds: number;
  /** Null: it was not over at the end of the run. */
  readonly endSeconds: number | null;
}

/** What the peers of one group asked for. */
export interface GroupResult {
  readonly name: string;
  readonly requests: RequestCounts;
  readonly latencyMs: Latency | null;
  readonly throughput: Throughput;
  readonly effort: Effort;
}

/** One phase. */
export interface PhaseResult {
  readonly name: string;
  readonly measured: boolean;
  /** False when its `until` did not come to hold in time, or the run was cut before its end. */
  readonly complete: boolean;
  readonly seconds: number;
  readonly requests: RequestCounts;
  readonly latencyMs: Latency | null;
  readonly throughput: Throughput;
  readonly effort: Effort;
  /** The same by group of those who asked; in the order of the scenario. */
  readonly groups: readonly GroupResult[];
}

/** One expectation. `measured` is null when the figure could not be taken, which is no pass. */
export interface ExpectationResult {
  readonly text: string;
  readonly holds: boolean;
  /** In the figure's base unit: microseconds, bytes, bytes a second, per second, share, count, 0 or 1. */
  readonly measured: number | null;
  /** What it was compared with, likewise; null when that is a figure that could not be taken. */
  readonly bound: number | null;
  /** What was measured for a reader, with its unit and where: `1.2 s`, `99.8% (peer-3)`. */
  readonly shown: string;
  /** When it was broken for good; null when it holds. */
  readonly broken: BreakResult | null;
  /** Where it stands in the file, from 1. */
  readonly line: number;
  /** Absolute path of that file, when it is one that the scenario extends; null: its own. */
  readonly file: string | null;
}

/** Something that is expected without being written. A line of the scenario that says otherwise takes its place. */
export interface AlwaysResult {
  /** `no peer crashes`. */
  readonly text: string;
  readonly holds: boolean;
  /** One sentence without its end for each way in which it does not hold; they are among those of the result. */
  readonly reasons: readonly string[];
}

/** When an expectation that does not hold was broken, and never held again. */
export interface BreakResult {
  /** From the start of the first phase; null: that cannot be told, and `text` says why. */
  readonly seconds: number | null;
  /** The phase of that moment, and how long it had gone on; null as `seconds` is. */
  readonly phase: string | null;
  readonly phaseSeconds: number | null;
  /** A part of a sentence: `broken since 12.3 s (steady + 2.3 s)`. */
  readonly text: string;
}

/** One peer at the end of the run. */
export interface PeerResult {
  readonly name: string;
  readonly group: string;
  readonly address: string;
  /** Other peers that it had reached and not lost; null for programs that do not tell. */
  readonly known: number | null;
  readonly requests: RequestCounts;
  /** Messages by type, as told by the peer itself; null for programs that do not tell. */
  readonly sent: Readonly<Record<string, number>> | null;
  readonly received: Readonly<Record<string, number>> | null;
  /** Bytes of images that others fetched from it, and that it fetched itself, right or wrong, in the whole run. */
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/** A request that went wrong or failed. */
export interface BadRequest {
  readonly class: 'wrong' | 'failed';
  /** Its number in the run, from 0: what `sim replay --request` takes. */
  readonly request: number;
  readonly phase: string;
  readonly peer: string;
  readonly image: string;
  /** Seconds from the start of the first phase. */
  readonly dueSeconds: number;
  /** One sentence. */
  readonly why: string;
}

/** A request that shows what went wrong: who asked whom for what and when, and what came of it. */
export interface TellingRequest extends Omit<BadRequest, 'class'> {
  /** `slow`: it was answered with the truth, and took longest. */
  readonly class: 'wrong' | 'failed' | 'slow';
  /** When its end came; null: never. */
  readonly endSeconds: number | null;
  /** How it ended for the peer that asked: `found`, `not-found` …; null: it did not. */
  readonly outcome: string | null;
  /** Whom the peer asked, in this order, and what each answered; the first eight. */
  readonly asked: readonly { readonly peer: string; readonly outcome: string }[];
}

/** What only the virtual runner can tell. */
export interface VirtualResult {
  readonly events: number;
  readonly eventsPerSecond: number;
  /** 16 hexadecimal digits; equal for equal runs. */
  readonly traceHash: string;
}
