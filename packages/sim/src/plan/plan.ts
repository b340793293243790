import { DEFAULT_LIMITS } from '@imagemesh/peer';
import { isReachable } from '../behavior/registry.ts';
import { Random } from '../random/random.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { planFaults, type PlannedFault } from './faults.ts';
import {
  anotherVersion,
  popularityOrder,
  readImageFiles,
  withOwners,
  type ImagesOfSeed,
  type OtherVersion,
  type PlannedImage,
  type UnownedImage,
} from './images.ts';
import { drawOwners } from './placement.ts';
import { makeTopology } from './topology.ts';
import { drawVersions } from './versions.ts';

export type { PlannedImage } from './images.ts';

/**
 * A scenario with every choice drawn from the seed: who there is, who knows whom, who owns what. What
 * is asked and when is drawn while the run goes on (a day of requests would fill the memory), but from
 * generators that belong to the plan, so it too is settled by the seed alone.
 */
export interface Plan {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly peers: readonly PlannedPeer[];
  readonly images: readonly PlannedImage[];
  /** In the order of the scenario. */
  readonly faults: readonly PlannedFault[];
}

/** One peer of the plan; its place in `Plan.peers` is its number everywhere in the lab. */
export interface PlannedPeer {
  readonly name: string;
  /** Number of its group in the scenario. */
  readonly group: number;
  /** The command that starts it; null: the project's own peer. */
  readonly run: string | null;
  /** How it misbehaves, a name of `behavior/registry.ts`; null: it does not. */
  readonly behavior: string | null;
  /** How many others it keeps in touch with. */
  readonly known: number;
  /** Numbers of the peers that it greets first. */
  readonly starts: readonly number[];
  /** Numbers of the images that it owns at the start. */
  readonly images: readonly number[];
}

/**
 * Whether a peer, or each peer of a group, is the project's own: not another program, and not made to
 * misbehave. What others know and do is no figure of ours.
 */
export function isOurs({ run, behavior }: Pick<PlannedPeer, 'run' | 'behavior'>): boolean {
  return run === null && behavior === null;
}

/** How many peers answer greetings: whoever has reached all of them but itself has found everybody. */
export function countReachable({ peers }: Plan): number {
  return peers.reduce((count, { behavior }) => count + (isReachable(behavior) ? 1 : 0), 0);
}

/** What a peer is called in a sentence: a misbehaving one with what is wrong with it. */
export function describePeer({ peers }: Plan, peer: number): string {
  const one = peers[peer];
  if (one === undefined) return 'a peer';
  return one.behavior === null ? one.name : `${one.name} (${one.behavior})`;
}

/** The name of image `number`; names that nobody has are numbered −1, −2, … */
export function imageName(plan: Plan, number: number): string {
  return number >= 0 ? plan.images[number]!.name : `missing-${-number}.png`;
}

/** Whether a peer can be told to ask for an image: other programs read names up to the next space. */
export function canAsk(plan: Plan, peer: number, image: number): boolean {
  return plan.peers[peer]!.run === null || !/\s/.test(imageName(plan, image));
}

/** Draws everything. Whoever makes many plans of one scenario reads its pictures once and gives what came of it. */
export function makePlan(
  scenario: Scenario,
  seed: number,
  imagesOfSeed: ImagesOfSeed = readImageFiles(scenario),
): Plan {
  const random = Random.fromSeed(seed);
  const members = scenario.groups.flatMap((group, number) =>
    Array.from({ length: group.count }, (_, i) => ({ name: `${group.name}-${i + 1}`, number })),
  );
  const names = members.map((member) => member.name);
  const starts = makeTopology(scenario.topology, scenario.groups, random.fork('topology'));
  const images = planImages(scenario, seed, imagesOfSeed(seed));
  const owned: number[][] = names.map(() => []);
  images.forEach((image, number) => {
    for (const owner of image.owners) owned[owner]!.push(number);
  });
  const peers = members.map(({ name, number }, peer): PlannedPeer => {
    const group = scenario.groups[number]!;
    return {
      name,
      group: number,
      run: group.run,
      behavior: group.behavior,
      known: group.known ?? DEFAULT_LIMITS.known,
      starts: starts[peer]!,
      images: owned[peer]!,
    };
  });
  const faults = planFaults(scenario, peers.map(isOurs), random.fork('faults'));
  return { scenario, seed, peers, images, faults };
}

function planImages(
  { images, groups }: Scenario,
  seed: number,
  unowned: readonly UnownedImage[],
): PlannedImage[] {
  const names = unowned.map(({ name }) => name);
  const byRank = popularityOrder(seed, names.length);
  const random = Random.fromSeed(seed).fork('placement');
  const owners = drawOwners({ images, groups, names, byRank }, random);
  const versioning = Random.fromSeed(seed).fork('versions');
  const versions = drawVersions({ images, groups, names }, owners, versioning);
  return unowned.map((image, number) => {
    const held = groupByVersion(owners[number]!, versions[number]!);
    const others = held.map(([version, holders]): OtherVersion => {
      const content = anotherVersion(image, { seed, number, version });
      return { version, content, owners: holders };
    });
    return withOwners(image, owners[number]!, others);
  });
}

/** The versions from 2 that somebody holds, rising, each with its owners. */
function groupByVersion(
  owners: readonly number[],
  versions: readonly number[] | null,
): [version: number, owners: number[]][] {
  const byVersion = new Map<number, number[]>();
  versions?.forEach((version, i) => {
    if (version === 1) return;
    const holders = byVersion.get(version) ?? [];
    byVersion.set(version, holders);
    holders.push(owners[i]!);
  });
  return [...byVersion].sort(([a], [b]) => a - b);
}
