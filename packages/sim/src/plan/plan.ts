import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '@imagemesh/peer';
import { Random } from '../random/random.ts';
import { listImages } from '../scenario/images-folder.ts';
import type { Images, Scenario } from '../scenario/scenario.ts';
import { makeTopology } from './topology.ts';

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
}

/** One peer of the plan; its place in `Plan.peers` is its number everywhere in the lab. */
export interface PlannedPeer {
  readonly name: string;
  /** Number of its group in the scenario. */
  readonly group: number;
  /** The command that starts it; null: the project's own peer. */
  readonly run: string | null;
  /** How many others it keeps in touch with. */
  readonly known: number;
  /** Numbers of the peers that it greets first. */
  readonly starts: readonly number[];
  /** Numbers of the images that it owns at the start. */
  readonly images: readonly number[];
}

/** One image of the plan. */
export interface PlannedImage {
  readonly name: string;
  readonly path: string;
  readonly sizeBytes: number;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** Numbers of the peers that own it at the start, rising. */
  readonly owners: readonly number[];
}

/** The name of image `number`; names that nobody has are numbered −1, −2, … */
export function imageName(plan: Plan, number: number): string {
  return number >= 0 ? plan.images[number]!.name : `missing-${-number}.png`;
}

/** Whether a peer can be told to ask for an image: other programs read names up to the next space. */
export function canAsk(plan: Plan, peer: number, image: number): boolean {
  return plan.peers[peer]!.run === null || !/\s/.test(imageName(plan, image));
}

/** A picture of the scenario's folder. */
export type ImageFile = Omit<PlannedImage, 'owners'>;

/** Reads the scenario's pictures; throws the system's error when one cannot be read. */
export function readImageFiles({ images }: Scenario): ImageFile[] {
  return listImages(images.from).map((name) => {
    const path = join(images.from, name);
    const bytes = readFileSync(path);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return { name, path, sizeBytes: bytes.length, sha256 };
  });
}

/** Draws everything. Whoever makes many plans of one scenario reads its pictures once and gives them. */
export function makePlan(
  scenario: Scenario,
  seed: number,
  files: readonly ImageFile[] = readImageFiles(scenario),
): Plan {
  const random = Random.fromSeed(seed);
  const members = scenario.groups.flatMap((group, number) =>
    Array.from({ length: group.count }, (_, i) => ({ name: `${group.name}-${i + 1}`, number })),
  );
  const names = members.map((member) => member.name);
  const starts = makeTopology(scenario.topology, names, random.fork('topology'));
  const placement = random.fork('placement');
  const images = files.map((file, number): PlannedImage => {
    const owners = drawOwners(scenario.images, file.name, names, placement.fork('image', number));
    return { ...file, owners };
  });
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
      known: group.known ?? DEFAULT_LIMITS.known,
      starts: starts[peer]!,
      images: owned[peer]!,
    };
  });
  return { scenario, seed, peers, images };
}

function drawOwners(
  images: Images,
  image: string,
  names: readonly string[],
  random: Random,
): number[] {
  if (images.place !== null) {
    return names.flatMap((name, peer) => (images.place!.get(name)?.includes(image) ? [peer] : []));
  }
  const copies = images.copies ?? { count: 1 };
  const wanted =
    'count' in copies ? copies.count : Math.max(1, Math.round(copies.share * names.length));
  const owners = new Set<number>();
  while (owners.size < Math.min(wanted, names.length)) owners.add(random.below(names.length));
  return [...owners].sort((a, b) => a - b);
}
