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
  readonly expect: readonly Expectation[];
}

/** Peers that are alike. `count: 10` in a file is one group named `peer`. */
export interface PeerGroup {
  /** Its peers are called `name-1` … `name-count`. */
  readonly name: string;
  readonly count: number;
  /** How to start another program that speaks the protocol; null: the project's own peer. */
  readonly run: string | null;
  /** How many other peers each wants to know; null: the peer's own default. */
  readonly known: number | null;
}

/** Who knows whom at the start. `degree` is 0 where a kind has none. */
export type Topology =
  | { readonly kind: 'full' | 'ring' | 'line' | 'star' | 'random'; readonly degree: number }
  | { readonly kind: 'edges'; readonly edges: readonly (readonly [from: string, to: string])[] };

/** Which images exist and who owns them at the start: `copies` drawn from the seed, or `place`. */
export interface Images {
  /** Absolute path of the folder that holds the pictures. */
  readonly from: string;
  /** Peers that own each image, or a share of all peers (0 … 1); null when `place` is given. */
  readonly copies: { readonly count: number } | { readonly share: number } | null;
  /** Peer name → names of images; null when `copies` is given. */
  readonly place: ReadonlyMap<string, readonly string[]> | null;
}

/** How the simulated network behaves; all zero and natural: the bare machine. */
export interface Network {
  readonly latencyUs: number;
  readonly jitterUs: number;
  /** Bytes a second at each end of a peer, shared by its connections; 0: unlimited. */
  readonly bandwidthBytesPerSecond: number;
  /** Share of packets lost, 0 … 1, felt as delay on a stream. */
  readonly loss: number;
  /** How the byte stream is cut into pieces. */
  readonly segments: 'natural' | 'random' | 'every-byte';
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
  readonly requests: Requests | null;
  /** False: a warm-up, whose requests count in no figure but its own. */
  readonly measured: boolean;
}

/** What is asked in a phase: an open loop (`rate`) or a closed one (`users`). */
export interface Requests {
  readonly load:
    | {
        readonly kind: 'rate';
        readonly perSecond: number;
        readonly arrivals: 'constant' | 'poisson';
      }
    | { readonly kind: 'users'; readonly users: number; readonly thinkUs: number };
  readonly popularity:
    | { readonly kind: 'uniform' }
    | { readonly kind: 'zipf'; readonly exponent: number };
  /** Share of requests for names that no peer has, 0 … 1. */
  readonly missing: number;
  /** Names of the groups whose peers ask; null: all of them. */
  readonly from: readonly string[] | null;
}

/** One line of `expect`, parsed. */
export interface Expectation {
  /** As written in the file. */
  readonly text: string;
  /** Phase name, or null for the whole run. */
  readonly phase: string | null;
  /** Name of the figure without the phase, as in `figures.ts`. */
  readonly figure: string;
  readonly comparison: '<' | '<=' | '==' | '!=' | '>=' | '>';
  /** In the figure's base unit: microseconds, bytes, bytes a second, per second, share, count, 0 or 1. */
  readonly value: number;
  /** Where it stands in the file, both from 1. */
  readonly line: number;
  readonly column: number;
}
