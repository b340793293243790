import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freezeScenario, IMAGES_FOLDER } from '../../src/bundle/frozen-scenario.ts';
import { scenarioDigest } from '../../src/plan/scenario-digest.ts';
import { loadCells, loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const SCENARIOS = join(import.meta.dirname, '../../../../scenarios');
const base = temporaryFolder();

/** Writes a frozen scenario into a folder of its own and reads it there. */
function thaw(scenario: Scenario): Scenario {
  const folder = mkdtempSync(join(base, 'frozen-'));
  const { text, traces } = freezeScenario(scenario);
  for (const { from, name } of traces) copyFileSync(from, join(folder, name));
  if (scenario.images.from !== null) symlinkSync(scenario.images.from, join(folder, IMAGES_FOLDER));
  writeFileSync(join(folder, 'scenario.yaml'), text);
  return loadScenario(join(folder, 'scenario.yaml'));
}

const files = globSync(join(SCENARIOS, '**/*.yaml')).filter((file) => !file.includes('mesh-10'));

describe('a frozen scenario', () => {
  test.each(files.flatMap(loadCells).map((one) => [one.name, one] as const))(
    'means the same elsewhere: %s',
    (_, scenario) => {
      const thawed = thaw(scenario);
      expect(scenarioDigest(thawed)).toBe(scenarioDigest(scenario));
      expect(thawed.expect.map(({ text }) => text)).toEqual(
        scenario.expect.map(({ text }) => text),
      );
    },
  );

  test('holds one cell, and all that it extends from other folders', () => {
    const folder = mkdtempSync(join(base, 'parts-'));
    mkdirSync(join(folder, 'shared'));
    writeFileSync(
      join(folder, 'shared/base.yaml'),
      'name: base\nimages: { generate: { count: 2 } }\npeers: { count: 2 }\nphases: [{ name: steady, for: 1s }]\n',
    );
    writeFileSync(
      join(folder, 'own.yaml'),
      'name: own\nextends: shared/base.yaml\nmatrix: { peers.count: [4, 5] }\n',
    );
    const [, second] = loadCells(join(folder, 'own.yaml'));
    expect(thaw(second!).groups.map(({ count }) => count)).toEqual([5]);
    const names = freezeScenario(second!).sources.map((file) => file.slice(folder.length + 1));
    expect(names).toEqual(['own.yaml', 'shared/base.yaml']);
  });
});
