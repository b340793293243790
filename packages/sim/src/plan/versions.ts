import type { Random } from '../random/random.ts';
import type { Amount, Images } from '../scenario/scenario.ts';
import { hasVersions } from '../scenario/versioned-name.ts';
import { peersCalled, type PlacementTask } from './placement.ts';

/**
 * Draws who holds which version of what it owns: for each image the version of each owner, from 1, in the
 * order of the owners; null where all hold the first.
 */
export function drawVersions(
  { images, groups, names }: Omit<PlacementTask, 'byRank'>,
  owners: readonly (readonly number[])[],
  random: Random,
): (readonly number[] | null)[] {
  if (images.place !== null) {
    const placed = placedVersions(images.place, groups);
    return names.map((name, image) => versionsOf(owners[image]!, placed.get(name)));
  }
  const able = owners.flatMap(({ length }, image) =>
    length > 1 && hasVersions(names[image]!) ? [image] : [],
  );
  const differing = new Set(chooseDiffering(images.differing, able, random));
  return owners.map((each, image) =>
    differing.has(image) ? inTurn(each.length, random.fork('image', image)) : null,
  );
}

/** Numbers of the images, out of those that can, whose owners do not hold the same. */
function chooseDiffering(amount: Amount | null, able: readonly number[], random: Random): number[] {
  if (amount === null) return [];
  const wanted =
    'count' in amount ? amount.count : Math.max(1, Math.round(amount.share * able.length));
  return random
    .fork('which')
    .shuffle([...able])
    .slice(0, wanted);
}

/** Versions 1 and 2 in turn, in a random order of the owners. */
function inTurn(owners: number, random: Random): number[] {
  const order = random.shuffle(Array.from({ length: owners }, (_, owner) => owner));
  const versions = order.map(() => 1);
  order.forEach((owner, turn) => (versions[owner] = 1 + (turn % 2)));
  return versions;
}

/** By name of an image the version that each peer holds by `place`; of what is not in it, that is the first. */
function placedVersions(
  place: NonNullable<Images['place']>,
  groups: PlacementTask['groups'],
): Map<string, Map<number, number>> {
  const byImage = new Map<string, Map<number, number>>();
  const isGroup = (whose: string): boolean => groups.some(({ name }) => name === whose);
  // What is said of a peer by its name comes behind what is said of its group, and so counts.
  const entries = [...place].sort(([a], [b]) => Number(isGroup(b)) - Number(isGroup(a)));
  for (const [whose, images] of entries) {
    const peers = peersCalled(whose, groups);
    const firsts = [...byImage.keys()].map((name) => ({ name, version: 1 }));
    for (const { name, version } of images === 'all' ? firsts : images) {
      if (version > 1 || byImage.has(name)) note(byImage, name, peers, version);
    }
  }
  return byImage;
}

function note(
  byImage: Map<string, Map<number, number>>,
  name: string,
  peers: readonly number[],
  version: number,
): void {
  const versions = byImage.get(name) ?? new Map<number, number>();
  byImage.set(name, versions);
  for (const peer of peers) versions.set(peer, version);
}

function versionsOf(
  owners: readonly number[],
  versions: ReadonlyMap<number, number> | undefined,
): number[] | null {
  if (versions === undefined) return null;
  return owners.map((owner) => versions.get(owner) ?? 1);
}
