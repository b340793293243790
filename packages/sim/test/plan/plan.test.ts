import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { DEFAULT_LIMITS } from '@imagemesh/peer';
import { describe, expect, test } from 'vitest';
import { canAsk, imageName, makePlan, type Plan } from '../../src/plan/plan.ts';
import type { Images, PeerGroup, PlacedImage } from '../../src/scenario/scenario.ts';
import { planOf, scenarioOf } from '../plans.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const from = join(temporaryFolder(), 'images');
mkdirSync(from);
mkdirSync(join(from, 'folder.png'));
writeFileSync(join(from, 'b.png'), 'bee');
writeFileSync(join(from, 'a b.png'), 'with a space');
writeFileSync(join(from, 'c.png'), '');
writeFileSync(join(from, '.hidden'), 'hidden');

describe('peers', () => {
  test('are numbered through all groups, with what their group says', () => {
    const groups: PeerGroup[] = [
      { name: 'ours', count: 2, run: null, behavior: null, known: 9 },
      { name: 'plain', count: 1, run: 'plain {port}', behavior: null, known: null },
    ];
    const { peers } = makePlan(scenarioOf({ groups, images: imagesOf({ count: 1 }) }), 1);
    expect(
      peers.map(({ name, group, run, known, starts }) => [name, group, run, known, starts]),
    ).toEqual([
      ['ours-1', 0, null, 9, [1]],
      ['ours-2', 0, null, 9, [2]],
      ['plain-1', 1, 'plain {port}', DEFAULT_LIMITS.known, [0]],
    ]);
  });
});

describe('images', () => {
  test('are the regular files of the folder in order, with their sizes and hashes', () => {
    const plan = planFor({ count: 1 });
    expect(
      plan.images.map(({ name, source, sizeBytes, sha256 }) => [name, source, sizeBytes, sha256]),
    ).toEqual([
      ['a b.png', { path: join(from, 'a b.png') }, 12, hash('with a space')],
      ['b.png', { path: join(from, 'b.png') }, 3, hash('bee')],
      ['c.png', { path: join(from, 'c.png') }, 0, hash('')],
    ]);
  });

  test.each([
    [{ count: 1 }, 1],
    [{ count: 3 }, 3],
    [{ count: 10 }, 10],
    [{ share: 0.25 }, 3],
    [{ share: 0.01 }, 1],
    [{ share: 1 }, 10],
  ])('with copies %j of ten peers start on %i of them', (copies, owners) => {
    for (let seed = 0; seed < 20; seed++) {
      const plan = planFor(copies, seed);
      for (const image of plan.images) {
        expect(image.owners).toHaveLength(owners);
        expect(image.owners).toEqual([...new Set(image.owners)].sort((a, b) => a - b));
      }
      expectBothSidesAgree(plan);
    }
  });

  test('are never on more peers than there are', () => {
    const plan = makePlan(scenarioOf({ images: imagesOf({ count: 50 }) }), 1);
    for (const image of plan.images) expect(image.owners).toEqual([0, 1, 2]);
  });

  test('start on every peer about equally often', () => {
    const counts = Array.from({ length: 10 }, () => 0);
    for (let seed = 0; seed < 500; seed++) {
      for (const { owners } of planFor({ count: 2 }, seed).images) {
        for (const owner of owners) counts[owner]!++;
      }
    }
    for (const count of counts) expect(Math.abs(count - 300)).toBeLessThan(90);
  });

  test('that are placed start where they are placed, and nowhere else', () => {
    const place = new Map([
      ['peer-3', [first('b.png'), first('a b.png')]],
      ['peer-1', [first('b.png')]],
    ]);
    const plan = makePlan(scenarioOf({ images: { ...imagesOf(null), place } }), 1);
    expect(plan.images.map(({ owners }) => owners)).toEqual([[2], [0, 2], []]);
    expect(plan.peers.map(({ images }) => images)).toEqual([[1], [], [0, 1]]);
  });

  test('of a folder that is not there throw what the system says', () => {
    const images: Images = { ...imagesOf({ count: 1 }), from: join(from, 'nowhere') };
    expect(() => makePlan(scenarioOf({ images }), 1)).toThrow(/ENOENT/);
  });
});

describe('the seed', () => {
  test('settles the whole plan', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        expect(planFor({ count: 2 }, seed)).toEqual(planFor({ count: 2 }, seed));
      }),
      { numRuns: 20 },
    );
  });

  test('moves the owners and a random topology when it changes', () => {
    const owners = new Set<string>();
    const starts = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const plan = planFor({ count: 2 }, seed);
      owners.add(JSON.stringify(plan.images.map((image) => image.owners)));
      starts.add(JSON.stringify(plan.peers.map((peer) => peer.starts)));
    }
    expect(owners.size).toBe(20);
    expect(starts.size).toBe(20);
  });

  test('of the command wins over that of the scenario', () => {
    const plan = makePlan(scenarioOf({ seed: 5, images: imagesOf({ count: 1 }) }), 6);
    expect(plan.seed).toBe(6);
  });
});

describe('names', () => {
  const plan = planOf({
    peers: [{}, { run: 'plain {port}' }],
    images: [{ name: 'cat.png' }, { name: 'night harbour.jpg' }, { name: 'tab\there.png' }],
  });

  test('of images that nobody has are numbered downwards', () => {
    expect([-1, -2, -1000].map((number) => imageName(plan, number))).toEqual([
      'missing-1.png',
      'missing-2.png',
      'missing-1000.png',
    ]);
    expect(imageName(plan, 1)).toBe('night harbour.jpg');
  });

  test('with white space cannot be asked of another program, and can of ours', () => {
    expect([0, 1, 2, -1].map((image) => canAsk(plan, 0, image))).toEqual([true, true, true, true]);
    expect([0, 1, 2, -1].map((image) => canAsk(plan, 1, image))).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });
});

function planFor(copies: Images['copies'], seed = 1): Plan {
  const groups: PeerGroup[] = [{ name: 'peer', count: 10, run: null, behavior: null, known: null }];
  const topology = { kind: 'random', degree: 3, connected: true } as const;
  return makePlan(scenarioOf({ groups, topology, images: imagesOf(copies) }), seed);
}

function imagesOf(copies: Images['copies']): Images {
  return { from, generate: null, copies, owners: null, differing: null, place: null };
}

function first(name: string): PlacedImage {
  return { name, version: 1 };
}

function expectBothSidesAgree(plan: Plan): void {
  plan.images.forEach((image, number) => {
    const owners = plan.peers.flatMap((peer, i) => (peer.images.includes(number) ? [i] : []));
    expect(owners).toEqual(image.owners);
  });
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
