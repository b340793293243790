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
  expect: string[];
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
  known?: number | undefined;
}

/** `topology`: `kind` or `edges`. */
export interface TopologySection {
  kind?: 'full' | 'ring' | 'line' | 'star' | 'random' | undefined;
  degree?: number | undefined;
  edges?: string[][] | undefined;
}

/** `images`: `copies` or `place`. */
export interface ImagesSection {
  from: string;
  copies: { count: number } | { share: number };
  place?: Record<string, string[]> | undefined;
}

/** `network`, in base units. */
export interface NetworkSection {
  latency: number;
  jitter: number;
  bandwidth?: number | undefined;
  loss: number;
  segments: 'natural' | 'random' | 'every-byte';
}

/** One of `phases`: `until` or `for`. */
export interface PhaseSection {
  name: string;
  until?: 'discovered' | { known: number } | undefined;
  within: number;
  for?: number | undefined;
  requests?: RequestsSection | undefined;
  measured: boolean;
}

/** `requests` of a phase: `rate` or `users`. */
export interface RequestsSection {
  rate?: number | undefined;
  users?: number | undefined;
  think: number;
  arrivals: 'constant' | 'poisson';
  popularity: 'uniform' | { zipf: number };
  missing: number;
  from: string | string[];
}

/** The same, with holes wherever the file is wrong; items of lists keep their index. */
export type Sparse<T> = T extends readonly (infer Item)[]
  ? (Sparse<Item> | undefined)[]
  : T extends object
    ? { [Key in keyof T]?: Sparse<T[Key]> | undefined }
    : T;
