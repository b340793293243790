import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { environment } from '../../../src/cli/environment.ts';
import { drawScenario } from '../../../src/explore/draw/scenario.ts';
import { FAULT_KINDS } from '../../../src/explore/draw/faults.ts';
import { tryScenario } from '../../../src/explore/trial.ts';
import { isList, isSection, type Value } from '../../../src/explore/shrink/document.ts';
import { scenarioOf } from '../../../src/scenario/load.ts';

const SCHEMA = join(import.meta.dirname, '../../../../../docs/scenario.schema.json');

/** Keys of the file, not of what happens in it; others need files or programs of their own. */
const NOT_DRAWN: readonly string[] = [
  ...['.$schema', '.description', '.extends', '.matrix', 'phases.measured'],
  ...['groups.run', 'groups.image', 'images.from', 'churn.trace'],
  // What fails in parts that nothing joins, or because of what a network loses, is no fault of the peers.
  ...['topology.connected', 'inside.connected', 'network.loss'],
];

/** Names that are no keys of the language, but of what is in the scenario. */
const NAMES = /^(peer|guest|hub|seeker|shy|odd\d)(-\d+)?$/;

/** Each key with the one that it stands below: `network.loss`. */
function keysIn(value: Value, above = ''): string[] {
  if (isList(value)) return value.flatMap((each) => keysIn(each, above));
  if (!isSection(value)) return [];
  return Object.entries(value).flatMap(([key, each]) =>
    NAMES.test(key) ? keysIn(each, above) : [`${above}.${key}`, ...keysIn(each, key)],
  );
}

/** The same of all documents that a JSON Schema is for. */
function propertiesIn(schema: Value, above = ''): string[] {
  if (isList(schema)) return schema.flatMap((each) => propertiesIn(each, above));
  if (!isSection(schema)) return [];
  return Object.entries(schema).flatMap(([word, each]) => {
    if (word !== 'properties' || !isSection(each)) return propertiesIn(each, above);
    return Object.entries(each).flatMap(([key, one]) => [
      `${above}.${key}`,
      ...propertiesIn(one, key),
    ]);
  });
}

/** Some keys are rare. */
const MANY_SEEDS = Array.from({ length: 10_000 }, (_, seed) => seed);

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

  test('has every key of the language in one seed or another, but for those that are said not to be drawn', () => {
    const drawn = new Set(MANY_SEEDS.flatMap((seed) => keysIn(drawScenario(seed))));
    const schema = JSON.parse(readFileSync(SCHEMA, 'utf8')) as Value;
    const missing = [...new Set(propertiesIn(schema))].filter((key) => !drawn.has(key));
    expect(missing.sort()).toEqual(NOT_DRAWN.toSorted());
  });

  test('ends the same way however often it is run', () => {
    for (const seed of SEEDS.slice(0, 20)) {
      const [once, again] = [1, 2].map(() => tryScenario(drawScenario(seed), environment));
      expect(again, `seed ${seed}`).toEqual(once);
    }
  });
});
