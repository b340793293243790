/**
 * What `schema.ts` gives for a file: defaults filled in and units read, but still in the words of
 * the file. The compiler holds the schema to these types. `load.ts` turns them into a `Scenario`.
 */
export interface ScenarioFile {
  name: string;
  description: string;
  seed: number;
  timeout: number;
  peers: PeersSection;
  topology: TopologySection;
  images: ImagesSection;
  network: NetworkSection;
  phases: PhaseSection[];
  faults: FaultSection[];
  expect: string[];
  extends?: string | undefined;
  matrix?: Record<string, unknown[]> | undefined;
  $schema?: string | undefined;
}

/** `peers`: `count` or `groups`. */
export interface PeersSection {
  count?: number | undefined;
  groups?: GroupSection[] | undefined;
  known?: number | undefined;
}

/** One of `peers.groups`. */
export interface GroupSection {
  name: string;
  count: number;
  run?: string | undefined;
  image?: string | undefined;
  behavior?: string | undefined;
  known?: number | undefined;
}

/** `topology`: `kind` or `edges`, and what the kind needs. */
export interface TopologySection extends Omit<MeshSection, 'kind'> {
  kind?: MeshSection['kind'] | 'groups';
  inside?: Record<string, MeshSection> | undefined;
  join?: JoinSection[] | undefined;
}

/** A topology of peers that are all alike: `topology` without groups, or one of `topology.inside`. */
export interface MeshSection {
  kind?:
    | 'full'
    | 'ring'
    | 'line'
    | 'star'
    | 'grid'
    | 'tree'
    | 'random'
    | 'random-regular'
    | 'small-world'
    | 'scale-free'
    | undefined;
  degree?: number | undefined;
  width?: number | undefined;
  wrap: boolean;
  branching: number;
  rewire: number;
  connected: boolean;
  edges?: string[][] | undefined;
}

/** One of `topology.join`: `degree` or `links`. */
export interface JoinSection {
  from: string | string[];
  to: string | string[];
  degree?: number | undefined;
  links?: number | undefined;
}

/** `images`: `from` or `generate`; `copies` (with `owners` and `differing`) or `place`. */
export interface ImagesSection {
  from: string;
  generate?: GenerateSection | undefined;
  copies: AmountSection | { mean: AmountSection; zipf: number };
  owners: string | string[];
  differing?: AmountSection | undefined;
  place?: Record<string, (string | VersionSection)[] | 'all'> | undefined;
}

/** `{ image: cat.png, version: 2 }`. */
export interface VersionSection {
  image: string;
  version: number;
}

/** `2` or `25%`. */
export type AmountSection = { count: number } | { share: number };

/** `images.generate`. */
export interface GenerateSection {
  count: number;
  kind: 'mixed' | 'png' | 'jpeg';
  size: DrawnSection;
}

/** A quantity in base units: the same always, or drawn. */
export type DrawnSection = number | DistributionMap;

/** Exactly one of the distributions. */
export interface DistributionMap {
  uniform?: number[] | undefined;
  normal?: { mean: number; deviation: number } | undefined;
  exponential?: number | undefined;
  lognormal?: { median: number; sigma: number } | undefined;
  pareto?: { median: number; shape: number } | undefined;
  weibull?: { median: number; shape: number } | undefined;
}

/** `network`, in base units. */
export interface NetworkSection {
  latency: LatencySection;
  jitter: number;
  bandwidth?: number | undefined;
  loss: number;
  segments: 'natural' | 'random' | 'every-byte';
  order: 'natural' | 'random';
}

/** `network.latency`: of every link, or drawn for each; or `between` groups. */
export type LatencySection = number | LatencyMap;

/** Exactly one of the distributions, or `between`. */
export interface LatencyMap extends DistributionMap {
  between?: Record<string, Record<string, DrawnSection>> | undefined;
  otherwise?: DrawnSection | undefined;
}

/** One of `phases`: `until` or `for`. */
export interface PhaseSection {
  name: string;
  until?: 'discovered' | { known: number } | undefined;
  within: number;
  for?: number | undefined;
  requests?: RequestsSection | RequestsSection[] | undefined;
  measured: boolean;
}

/** One stream of `requests` of a phase: `rate`, `ramp`, `steps` or `users`. */
export interface RequestsSection {
  rate?: number | undefined;
  ramp?: number[] | undefined;
  steps?: number[] | undefined;
  users?: number | undefined;
  think: DrawnSection;
  arrivals: 'constant' | 'poisson';
  popularity: 'uniform' | { zipf: number };
  missing: number;
  from: string | string[] | Record<string, number>;
}

/** Peers: a name, a range, a group, `any 3`, `*`; or several of these. */
export type TargetsSection = string | string[];

/** One of `faults`: exactly one of the kinds. */
export interface FaultSection {
  at: string;
  for?: number | undefined;
  kill?: TargetsSection | undefined;
  stop?: TargetsSection | undefined;
  restart?: number | undefined;
  files: 'keep' | 'lose';
  pause?: TargetsSection | undefined;
  vanish?: TargetsSection | undefined;
  partition?: TargetsSection[] | undefined;
  link?: LinkSection | undefined;
  disk?: DiskSection | undefined;
  churn?: ChurnSection | undefined;
  clock?: ClockSection | undefined;
}

/** `link` of a fault, in base units. */
export interface LinkSection {
  from: TargetsSection;
  to: TargetsSection;
  latency?: number | undefined;
  jitter?: number | undefined;
  bandwidth?: number | undefined;
  loss?: number | undefined;
  corrupt?: number | undefined;
  cut?: 'both' | 'one-way' | undefined;
  reset?: true | undefined;
  'half-open'?: true | undefined;
  limit?: number | undefined;
  'slow-close'?: number | undefined;
}

/** `disk` of a fault. */
export interface DiskSection {
  of: TargetsSection;
  slow?: number | undefined;
  full?: true | undefined;
  unreadable?: true | undefined;
}

/** `churn` of a fault: `sessions`, `leaves` or `trace`; `absences` with the first two. */
export interface ChurnSection {
  of: TargetsSection;
  sessions?: DrawnSection | undefined;
  leaves?: number | undefined;
  absences?: DrawnSection | undefined;
  trace?: string | undefined;
  files: 'keep' | 'lose';
}

/** `clock` of a fault. */
export interface ClockSection {
  of: TargetsSection;
  jump: number;
}

/** The same, with holes wherever the file is wrong; items of lists keep their index. */
export type Sparse<T> = T extends readonly (infer Item)[]
  ? (Sparse<Item> | undefined)[]
  : T extends object
    ? { [Key in keyof T]?: Sparse<T[Key]> | undefined }
    : T;
