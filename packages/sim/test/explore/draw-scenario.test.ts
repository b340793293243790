import { describe, expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.ts';
import { drawScenario } from '../../src/explore/draw-scenario.ts';
import { FAULT_KINDS } from '../../src/explore/troubles.ts';
import { tryScenario } from '../../src/explore/trial.ts';
import { scenarioOf } from '../../src/scenario/load.ts';

const SEEDS = Array.from({ length: 1_000 }, (_, seed) => seed);

describe('a drawn scenario', () => {
  test('is valid, and within its sizes', () => {
    for (const seed of SEEDS) {
      const { groups, faults } = scenarioOf(drawScenario(seed), 'drawn.yaml');
      const peers = groups.reduce((sum, { count }) => sum + count, 0);
      expect(peers, `seed ${seed}`).toBeLessThanOrEqual(10);
      expect(peers, `seed ${seed}`).toBeGreaterThanOrEqual(2);
      expect(faults.length, `seed ${seed}`).toBeLessThanOrEqual(5);
    }
  });

  test('is the same for the same seed, and another for another', () => {
    const texts = SEEDS.map((seed) => JSON.stringify(drawScenario(seed)));
    expect(new Set(texts).size).toBe(SEEDS.length);
    expect(SEEDS.map((seed) => JSON.stringify(drawScenario(seed)))).toEqual(texts);
  });

  test('has every kind of trouble in one seed or another', () => {
    const all = SEEDS.map((seed) => JSON.stringify(drawScenario(seed)['faults'])).join();
    for (const kind of FAULT_KINDS) expect(all).toContain(`"${kind.replace('disk-', '')}"`);
  });

  test('ends the same way however often it is run', () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const [once, again] = [1, 2].map(() => tryScenario(drawScenario(seed), environment));
      expect(again, `seed ${seed}`).toEqual(once);
    }
  });
});
