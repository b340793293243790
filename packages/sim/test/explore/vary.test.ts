import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { selfContained } from '../../src/explore/self-contained.ts';
import type { Document } from '../../src/explore/shrink/document.ts';
import { varyScenario } from '../../src/explore/vary.ts';
import { loadCells, scenarioOf } from '../../src/scenario/load.ts';

const SCENARIOS = join(import.meta.dirname, '../../../../scenarios');
const SEEDS = Array.from({ length: 100 }, (_, seed) => seed);

const GIVEN: Document = {
  name: 'given',
  peers: { count: 6 },
  images: { generate: { count: 4, size: '8KiB' }, copies: 2 },
  network: { latency: '10ms' },
  phases: [
    { name: 'meet', until: 'discovered', within: '30s' },
    { name: 'steady', for: '4s', requests: { rate: '10/s', missing: '20%' } },
  ],
  faults: [
    { at: 'steady+1s', for: '1s', pause: 'peer-2' },
    { at: 'steady+2s', kill: 'peer-6', restart: '1s' },
  ],
  expect: ['requests.wrong == 0', 'meet.time <= 20s'],
};

describe('a variation', () => {
  test('is a scenario with the seed of its run, and the same for the same seed', () => {
    const texts = SEEDS.map((seed) => JSON.stringify(varyScenario(GIVEN, seed)));
    expect(new Set(texts).size).toBe(SEEDS.length);
    expect(SEEDS.map((seed) => JSON.stringify(varyScenario(GIVEN, seed)))).toEqual(texts);
    for (const seed of SEEDS)
      expect(scenarioOf(varyScenario(GIVEN, seed), 'a.yaml').seed).toBe(seed);
  });

  test('has other sizes and other faults, and expects the same in the same time', () => {
    const varied = SEEDS.map((seed) => varyScenario(GIVEN, seed));
    for (const one of varied) {
      expect(one).toMatchObject({ name: 'given', expect: GIVEN['expect'] });
      expect(scenarioOf(one, 'a.yaml').phases[0]!.withinUs).toBe(30_000_000);
    }
    const faults = varied.map((one) => (one['faults'] as Document[]).length);
    expect([Math.min(...faults), Math.max(...faults)]).toEqual([0, 5]);
    const peers = varied.map((one) => (one['peers'] as { count: number }).count);
    expect(new Set(peers)).toEqual(new Set([6, 12, 2, 3].filter((count) => peers.includes(count))));
    expect(new Set(peers).size).toBeGreaterThan(2);
  });

  test('of every scenario of the project is one', () => {
    for (const name of readdirSync(SCENARIOS).filter((each) => /^[a-m].*\.yaml$/.test(each))) {
      for (const document of loadCells(join(SCENARIOS, name)).slice(0, 2).map(selfContained)) {
        for (const seed of [1, 2]) scenarioOf(varyScenario(document, seed), name);
      }
    }
  });
});
