import { dirname, resolve } from 'node:path';
import { completeDistribution } from './complete-distribution.ts';
import type { Copies, GeneratedImages, Images, PeerGroup, PlacedImage } from './scenario.ts';
import type { GenerateSection, ImagesSection, VersionSection } from './scenario-file.ts';

/** The images of a section that has been checked; `file` is the scenario in which `from` stands. */
export function completeImages(
  file: string,
  images: ImagesSection,
  groups: readonly PeerGroup[],
): Images {
  const { generate, place } = images;
  const owners = typeof images.owners === 'string' ? [images.owners] : images.owners;
  return {
    from: generate === undefined ? resolve(dirname(file), images.from) : null,
    generate: generate === undefined ? null : completeGenerate(generate),
    copies: place === undefined ? completeCopies(images.copies, groups) : null,
    owners: owners.includes('all') ? null : [...new Set(owners)],
    differing: images.differing ?? null,
    place: place === undefined ? null : completePlace(place),
  };
}

function completePlace(place: NonNullable<ImagesSection['place']>): Images['place'] {
  const entries = Object.entries(place).map(
    ([whose, images]) => [whose, images === 'all' ? images : images.map(placedImage)] as const,
  );
  return new Map(entries);
}

function placedImage(one: string | VersionSection): PlacedImage {
  return typeof one === 'string'
    ? { name: one, version: 1 }
    : { name: one.image, version: one.version };
}

function completeGenerate({ count, kind, size }: GenerateSection): GeneratedImages {
  return { count, kind, size: completeDistribution(size) };
}

function completeCopies(copies: ImagesSection['copies'], groups: readonly PeerGroup[]): Copies {
  if ('mean' in copies) return { mean: copies.mean, exponent: copies.zipf };
  if ('share' in copies) return copies;
  // Only the default can be more than there are peers: a scenario of one peer need not say `copies: 1`.
  const peers = groups.reduce((sum, group) => sum + group.count, 0);
  return { count: Math.min(copies.count, peers) };
}
