import { hash } from 'node:crypto';
import { inspectPicture } from '@imagemesh/peer';
import { describe, expect, test } from 'vitest';
import {
  anotherVersion,
  contentHeldBy,
  contentsOf,
  popularityOrder,
  readImage,
  readImageFiles,
  recallImage,
  versionHeldBy,
} from '../../src/plan/images.ts';
import { makePlan, type Plan } from '../../src/plan/plan.ts';
import type { GeneratedImages, Images, Scenario } from '../../src/scenario/scenario.ts';
import { scenarioOf } from '../plans.ts';

const KIB = 1_024;
const UNIFORM = { kind: 'uniform', from: 2 * KIB, to: 6 * KIB } as const;

describe('generated images', () => {
  test('have names in order, and formats in turn', () => {
    const { images } = planWith({ count: 4, kind: 'mixed', size: UNIFORM });
    expect(images.map(({ name }) => name)).toEqual([
      'image-001.png',
      'image-002.jpg',
      'image-003.png',
      'image-004.jpg',
    ]);
    expect(planWith({ count: 1_000, kind: 'jpeg', size: UNIFORM }).images[9]!.name).toBe(
      'image-0010.jpg',
    );
  });

  test('have the size and the hash that the plan says', () => {
    const { images } = planWith({ count: 20, kind: 'mixed', size: UNIFORM });
    for (const image of images) {
      const bytes = readImage(image);
      expect(bytes.length).toBe(image.sizeBytes);
      expect(hash('sha256', bytes)).toBe(image.sha256);
    }
    expect(new Set(images.map(({ sha256 }) => sha256)).size).toBe(20);
  });

  test('are drawn from the seed', () => {
    const generate = { count: 5, kind: 'mixed', size: UNIFORM } as const;
    const sizes = (seed: number): number[] =>
      planWith(generate, seed).images.map(({ sizeBytes }) => sizeBytes);
    expect(sizes(1)).toEqual(sizes(1));
    expect(sizes(1)).not.toEqual(sizes(2));
    const [first, second] = [1, 2].map((seed) => planWith(generate, seed).images[0]!.sha256);
    expect(first).not.toBe(second);
  });

  test('keep their sizes when there are more of them', () => {
    const few = planWith({ count: 5, kind: 'png', size: UNIFORM }).images;
    const many = planWith({ count: 50, kind: 'png', size: UNIFORM }).images;
    expect(many.slice(0, 5).map(({ sha256 }) => sha256)).toEqual(few.map(({ sha256 }) => sha256));
  });

  test('have the sizes of their distribution, within the bounds of pictures', () => {
    const size = { kind: 'lognormal', median: 300 * KIB, sigma: 1 } as const;
    const { images } = planWith({ count: 2_000, kind: 'mixed', size });
    const sizes = images.map(({ sizeBytes }) => sizeBytes).sort((a, b) => a - b);
    expect(Math.abs(sizes[1_000]! / (300 * KIB) - 1)).toBeLessThan(0.06);
    // One sigma to either side: a sixth of all are beyond.
    expect(Math.abs(sizes[317]! / (300 * KIB) - Math.exp(-1))).toBeLessThan(0.03);
    const wild = planWith({
      count: 500,
      kind: 'mixed',
      size: { kind: 'pareto', median: 300 * KIB, shape: 0.2 },
    }).images.map(({ sizeBytes }) => sizeBytes);
    expect(Math.max(...wild)).toBe(32 * KIB * KIB);
    const small = planWith({
      count: 100,
      kind: 'mixed',
      size: { kind: 'exponential', mean: 2 * KIB },
    }).images.map(({ sizeBytes }) => sizeBytes);
    expect(Math.min(...small)).toBe(KIB);
  });

  test('are not made before somebody asks for their hash', () => {
    // To make them would take a terabyte of memory's traffic.
    const size = { kind: 'constant', value: 32 * KIB * KIB } as const;
    const plan = planWith({ count: 30_000, kind: 'mixed', size });
    expect(plan.images).toHaveLength(30_000);
    expect(plan.images[29_999]!.sizeBytes).toBe(32 * KIB * KIB);
  });

  test('that were made of late are not made again', () => {
    const { images } = planWith({ count: 2, kind: 'mixed', size: UNIFORM });
    const [one, other] = images;
    expect(recallImage(one!)).toBe(recallImage(one!));
    expect(recallImage(one!)).not.toBe(recallImage(other!));
    expect(recallImage(one!)).toEqual(readImage(one!));
  });

  test('are the same for many plans of one seed', () => {
    const scenario = scenarioWith({ count: 3, kind: 'mixed', size: UNIFORM });
    const imagesOfSeed = readImageFiles(scenario);
    const names = (plan: Plan): string[] => plan.images.map(({ sha256 }) => sha256);
    expect(names(makePlan(scenario, 4, imagesOfSeed))).toEqual(names(makePlan(scenario, 4)));
  });
});

describe('another version of an image', () => {
  test.each(['png', 'jpeg'] as const)('of a generated %s is as large and as whole', (kind) => {
    const differing = { share: 1 };
    const plan = planWith({ count: 3, kind, size: UNIFORM }, 1, {
      copies: { count: 2 },
      differing,
    });
    for (const image of plan.images) {
      const [first, second, ...more] = contentsOf(image);
      expect(more).toEqual([]);
      const bytes = readImage(second!);
      expect(bytes.length).toBe(first!.sizeBytes);
      expect(hash('sha256', bytes)).toBe(second!.sha256);
      expect(second!.sha256).not.toBe(first!.sha256);
      expect(inspectPicture(bytes)).toMatchObject({ completeness: 'whole' });
    }
  });

  test.each([
    ['cat.png', 5_000, 'png', 5_000],
    ['cat.JPEG', 5_000, 'jpeg', 5_000],
    ['cat.svg', 100, 'png', KIB],
    ['cat.jpg', 2 ** 26, 'jpeg', 2 ** 25],
  ] as const)('of the file %s of %i bytes is a %s of %i', (name, sizeBytes, kind, size) => {
    const of = { seed: 1, number: 3, version: 2 };
    const { source } = anotherVersion({ name, source: { path: '/nowhere' }, sizeBytes }, of);
    expect(source).toEqual({ picture: { kind, sizeBytes: size, ...of } });
  });

  test('leaves the first one as it was', () => {
    const generate = { count: 9, kind: 'mixed', size: UNIFORM } as const;
    const hashes = (plan: Plan): string[] => plan.images.map(({ sha256 }) => sha256);
    const two = { copies: { count: 2 } };
    const [same, different] = [null, { count: 4 }].map((differing) =>
      planWith(generate, 1, { ...two, differing }),
    );
    expect(hashes(different!)).toEqual(hashes(same!));
    expect(different!.images.map(({ owners }) => owners)).toEqual(
      same!.images.map(({ owners }) => owners),
    );
    expect(different!.images.filter(({ others }) => others.length > 0)).toHaveLength(4);
  });

  test('is held by the owners that it names, the first one by the others', () => {
    const { images } = planWith({ count: 1, kind: 'png', size: UNIFORM }, 1, {
      copies: { count: 3 },
      differing: { count: 1 },
    });
    const [image] = images;
    const [other] = image!.others;
    expect(image!.owners).toEqual([0, 1, 2]);
    expect(other!.owners).toHaveLength(1);
    for (const owner of image!.owners) {
      const isSecond = other!.owners.includes(owner);
      expect(versionHeldBy(image!, owner)).toBe(isSecond ? 2 : 1);
      expect(contentHeldBy(image!, owner)).toBe(isSecond ? other!.content : image);
    }
  });
});

test('the order of popularity has every image once and depends on the seed', () => {
  expect(popularityOrder(1, 10)).toEqual(popularityOrder(1, 10));
  expect(popularityOrder(1, 10)).not.toEqual(popularityOrder(2, 10));
  expect([...popularityOrder(1, 10)].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

function planWith(generate: GeneratedImages, seed = 1, part: Partial<Images> = {}): Plan {
  return makePlan(scenarioWith(generate, part), seed);
}

function scenarioWith(generate: GeneratedImages, part: Partial<Images> = {}): Scenario {
  const { images } = scenarioOf();
  return scenarioOf({ images: { ...images, from: null, generate, ...part } });
}
