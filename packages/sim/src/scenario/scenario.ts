import type { Distribution } from '../random/distributions.ts';

/**
 * A scenario as the rest of the lab sees it: checked, with every default filled in and every unit
 * turned into integers (microseconds, bytes). `load.ts` makes it from a YAML file; nothing here
 * has been drawn from the seed yet, that is the plan's work.
 */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  /** Absolute path of the file it came from; relative paths in it start at its folder. */
  readonly file: string;
  readonly seed: number;
  /** The run is cut here, and fails. Microseconds from the start of the first phase. */
  readonly timeoutUs: number;
  /** In the order of the file; peers are numbered through all groups, from 0. */
  readonly groups: readonly PeerGroup[];
  readonly topology: Topology;
  readonly images: Images;
  readonly network: Network;
  readonly phases: readonly Phase[];
  readonly faults: readonly Fault[];
  readonly expect: readonly Expectation[];
  /** Which cell of the file's matrix this is; its values are in `name` too. Only with a matrix. */
  readonly cell?: MatrixCell;
}

/** One combination of the values that a `matrix` lists. */
export interface MatrixCell {
  /** From 1, and how many there are. */
  readonly number: number;
  readonly of: number;
  /** The values by parameter, as written: `{ 'network.loss': '2%' }`. */
  readonly values: Readonly<Record<string, string>>;
}

/** Peers that are alike. `count: 10` in a file is one group named `peer`. */
export interface PeerGroup {
  /** Its peers are called `name-1` … `name-count`. */
  readonly name: string;
  readonly count: number;
  /** How to start another program that speaks the protocol; null: the project's own peer. */
  readonly run: string | null;
  /** The image that its peers are containers of, which `run` is the arguments for; otherwise they are processes. */
  readonly image?: string;
  /** Absolute path of the file that `run` stands in, when that is a base of the scenario's own. */
  readonly file?: string;
  /** How its peers misbehave, a name of `behavior/registry.ts`; null: they do not. */
  readonly behavior: string | null;
  /** How many other peers each wants to know; null: the peer's own default. */
  readonly known: number | null;
}

/** Who knows whom at the start; `plan/topology.ts` draws it. */
export type Topology = MeshTopology | GroupsTopology;

/** Who knows whom among peers that are all alike: those of a scenario, or those of one group. */
export type MeshTopology =
  | { readonly kind: 'full' | 'ring' | 'line' | 'star' }
  /** Rows of `width` peers; with `wrap` the ends of rows and of columns know one another. */
  | { readonly kind: 'grid'; readonly width: number; readonly wrap: boolean }
  | { readonly kind: 'tree'; readonly branching: number }
  /** `degree` others each. */
  | { readonly kind: 'random'; readonly degree: number; readonly connected: boolean }
  /** `degree` neighbours each, counted both ways. */
  | { readonly kind: 'random-regular'; readonly degree: number; readonly connected: boolean }
  | {
      readonly kind: 'small-world';
      readonly degree: number;
      /** Share of the edges that lead somewhere else than in the ring, 0 … 1. */
      readonly rewire: number;
      readonly connected: boolean;
    }
  /** Each newcomer knows `degree` of those that were there before. */
  | { readonly kind: 'scale-free'; readonly degree: number }
  | { readonly kind: 'edges'; readonly edges: readonly (readonly [from: string, to: string])[] };

/** Groups with a topology each, joined by rules. */
export interface GroupsTopology {
  readonly kind: 'groups';
  /** For each group of the scenario in order; null: its peers do not know one another. */
  readonly inside: readonly (MeshTopology | null)[];
  readonly join: readonly JoinRule[];
  readonly connected: boolean;
}

/** Who of some groups knows whom of others. */
export interface JoinRule {
  /** Numbers of groups. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** So many peers of `to` for each one of `from`; or so many edges in all. */
  readonly amount: { readonly degree: number } | { readonly links: number };
}

/** Which images exist and who owns them at the start: `copies` drawn from the seed, or `place`. */
export interface Images {
  /** Absolute path of the folder that holds the pictures; null when they are generated. */
  readonly from: string | null;
  /** Pictures that the lab makes; null when they are in a folder. */
  readonly generate: GeneratedImages | null;
  /** How many peers own each image; null when `place` is given. */
  readonly copies: Copies | null;
  /** Names of the groups whose peers can own images by `copies`; null: all of them. */
  readonly owners: readonly string[] | null;
  /** Images of which some owners hold another picture under the same name; null: all hold the same. */
  readonly differing: Amount | null;
  /** Name of a peer or a group → images, or all of them; null when `copies` is given. */
  readonly place: ReadonlyMap<string, readonly PlacedImage[] | 'all'> | null;
}

/** An image that somebody has at the start. */
export interface PlacedImage {
  readonly name: string;
  /** Which of the pictures under this name it is, from 1. */
  readonly version: number;
}

/** Pictures that the lab makes from the seed. */
export interface GeneratedImages {
  readonly count: number;
  /** `mixed`: the formats in turn. */
  readonly kind: 'mixed' | 'png' | 'jpeg';
  /** In bytes. */
  readonly size: Distribution;
}

/** How many peers own an image: each as many, or more the more popular it is (exponent of Zipf's law). */
export type Copies = Amount | { readonly mean: Amount; readonly exponent: number };

/** So many, or a share of all that there are (0 … 1). */
export type Amount = { readonly count: number } | { readonly share: number };

/** How the simulated network behaves; all zero and natural: the bare machine. */
export interface Network {
  /** One way; a number: the same on every link. */
  readonly latencyUs: number | LinkLatencies;
  readonly jitterUs: number;
  /** Bytes a second at each end of a peer, shared by its connections; 0: unlimited. */
  readonly bandwidthBytesPerSecond: number;
  /** Share of packets lost, 0 … 1, felt as stalls and resets of streams. */
  readonly loss: number;
  /** How the byte stream is cut into pieces. */
  readonly segments: 'natural' | 'random' | 'every-byte';
  /** What is due at the same moment happens in a random order, in the virtual world; absent: as it came about. */
  readonly order?: 'random';
}

/** Where links differ: a link draws its latency once, one for both ways. `plan/link-latency.ts` does it. */
export interface LinkLatencies {
  /** How many peers each group has, in order; peers are numbered through all of them. */
  readonly groupSizes: readonly number[];
  /** By the groups of two peers. What a file says one way alone stands here both ways. */
  readonly between: readonly GroupsLatency[];
  /** Of all other links; null: there are none. */
  readonly otherwise: Distribution | null;
}

/** How long a byte takes from the peers of one group to those of one, by numbers of groups; in microseconds. */
export interface GroupsLatency {
  readonly from: number;
  readonly to: number;
  readonly latency: Distribution;
}

/** One stretch of a run. It ends when `until` holds, or after `forUs`. */
export interface Phase {
  readonly name: string;
  /** `known: n`: every peer of ours has reached n others (`discovered`: all others); null: `forUs`. */
  readonly until: { readonly known: number | 'all' } | null;
  /** With `until`: the phase fails when it lasts longer. 0 without `until`. */
  readonly withinUs: number;
  /** How long the phase lasts; 0 with `until`. */
  readonly forUs: number;
  /** Streams of requests that run at once; none: nothing is asked. */
  readonly requests: readonly Requests[];
  /** False: a warm-up, whose requests count in no figure but its own. */
  readonly measured: boolean;
}

/** A stream of requests in a phase: an open loop (`rate`, `varying`) or a closed one (`users`). */
export interface Requests {
  readonly load: Load;
  readonly popularity:
    | { readonly kind: 'uniform' }
    | { readonly kind: 'zipf'; readonly exponent: number };
  /** Share of requests for names that no peer has, 0 … 1. */
  readonly missing: number;
  /**
   * Whose peers ask: null: all of them; names of groups, whose peers all ask alike; or shares of the
   * requests by group, which need not add up to 1.
   */
  readonly from: readonly string[] | ReadonlyMap<string, number> | null;
}

/** How much is asked when. */
export type Load =
  | { readonly kind: 'rate'; readonly perSecond: number; readonly arrivals: ArrivalKind }
  | { readonly kind: 'varying'; readonly profile: RateProfile; readonly arrivals: ArrivalKind }
  /** `think` in microseconds. */
  | { readonly kind: 'users'; readonly users: number; readonly think: Distribution };

/** At even distances, or as a Poisson process. */
export type ArrivalKind = 'constant' | 'poisson';

/** A rate that changes in the course of a phase: from the first to the last evenly, or in equal steps. */
export interface RateProfile {
  readonly kind: 'ramp' | 'steps';
  readonly perSecond: readonly number[];
}

/** Something that goes wrong in a run. */
export interface Fault {
  /** When it begins: so long after the start of a phase; null: of the first one. */
  readonly phase: string | null;
  readonly offsetUs: number;
  /** How long it lasts; null: to the end of the run. */
  readonly forUs: number | null;
  readonly action: FaultAction;
  /** What it is, in a few words for tables: `kill peer-3`. */
  readonly text: string;
  /** Where it stands in the file, from 1. */
  readonly line: number;
}

/** What goes wrong. */
export type FaultAction =
  | {
      readonly kind: 'kill' | 'stop';
      readonly targets: Targets;
      /** When they start again; null: never. */
      readonly restartUs: number | null;
      readonly keepsFiles: boolean;
    }
  | { readonly kind: 'pause' | 'vanish'; readonly targets: Targets }
  | { readonly kind: 'partition'; readonly parts: readonly Targets[] }
  | { readonly kind: 'link'; readonly from: Targets; readonly to: Targets; readonly rule: LinkRule }
  | { readonly kind: 'disk'; readonly targets: Targets; readonly rule: DiskRule }
  | {
      readonly kind: 'churn';
      readonly targets: Targets;
      readonly pattern: ChurnPattern;
      readonly keepsFiles: boolean;
    }
  | { readonly kind: 'clock'; readonly targets: Targets; readonly jumpUs: number };

/** How peers come and go. */
export type ChurnPattern =
  /** Each peer by itself: it stays for a session, and is away for an absence. */
  | { readonly kind: 'sessions'; readonly sessions: Distribution; readonly absences: Distribution }
  /** One of those that are there leaves, so often a second on average, and is away for an absence. */
  | { readonly kind: 'leaves'; readonly perSecond: number; readonly absences: Distribution }
  /** As observed: sessions by node, rising and apart. The first peer does what the first node did. */
  | { readonly kind: 'trace'; readonly nodes: readonly (readonly ChurnSession[])[] };

/** A stretch of time in which a peer is there, from the beginning of the fault. */
export interface ChurnSession {
  readonly startUs: number;
  /** Infinity: it stays. */
  readonly endUs: number;
}

/** What is wrong with a link, one way. */
export interface LinkRule {
  readonly latencyUs: number;
  readonly jitterUs: number;
  /** 0: unlimited. */
  readonly bandwidthBytesPerSecond: number;
  /** Shares, 0 … 1. */
  readonly loss: number;
  readonly corrupt: number;
  readonly cut: 'both' | 'one-way' | null;
  readonly isReset: boolean;
  readonly isHalfOpen: boolean;
  /** Bytes after which a connection is reset; 0: never. */
  readonly limitBytes: number;
  readonly slowCloseUs: number;
}

/** What is wrong with a disk. */
export interface DiskRule {
  readonly slowUs: number;
  readonly isFull: boolean;
  readonly isUnreadable: boolean;
}

/** Peers, each part as written: all of them together are meant. */
export type Targets = readonly Target[];

/** Some peers. */
export type Target =
  | { readonly kind: 'all' }
  | { readonly kind: 'group'; readonly group: string }
  /** Of one group, numbered within it from 1, both included. */
  | {
      readonly kind: 'range';
      readonly group: string;
      readonly first: number;
      readonly last: number;
    }
  /** So many, drawn from the seed; of one group, or of all that are our own. */
  | { readonly kind: 'any'; readonly count: number; readonly group: string | null };

/** A figure of a run, or of a part of it. */
export interface FigureRef {
  /** Name of a phase, `all-phases`, `any-phase`; null: the whole run. */
  readonly phase: string | null;
  /** Name of a group, `all-groups`, `any-group`; null: all peers together. */
  readonly group: string | null;
  /** Name of a peer, `all-peers`, `any-peer`; null: all of them together. */
  readonly peer: string | null;
  /** Name of the figure alone, as in `figures.ts`. */
  readonly figure: string;
}

/** One line of `expect`, parsed: a figure is compared with `value` and all `terms` together. */
export interface Expectation extends FigureRef {
  /** As written in the file. */
  readonly text: string;
  readonly comparison: '<' | '<=' | '==' | '!=' | '>=' | '>';
  /** In the figure's base unit: microseconds, bytes, bytes a second, per second, share, count, 0 or 1. */
  readonly value: number;
  /** Other figures that are added to `value`, each so many times; none names `all-` or `any-`. */
  readonly terms: readonly (FigureRef & { readonly factor: number })[];
  /** Where it stands in the file, both from 1. */
  readonly line: number;
  readonly column: number;
  /** Absolute path of that file, when it is a base of the scenario's own. */
  readonly file?: string;
}
