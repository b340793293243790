/** What `sim explore` has found, made small, and does not come back. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { environment } from '../../src/cli/environment.ts';
import { tryScenario } from '../../src/explore/trial.ts';
import { loadCells } from '../../src/scenario/load.ts';

const FOLDER = join(import.meta.dirname, '../../../../scenarios/regressions');

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

test.each(files)('%s holds', (file) => {
  for (const scenario of loadCells(join(FOLDER, file))) {
    expect(scenario.name).toBe(basename(file, '.yaml'));
  }
  // With the exam at the end, which a run does not have.
  const document = parse(readFileSync(join(FOLDER, file), 'utf8')) as Parameters<
    typeof tryScenario
  >[0];
  expect(tryScenario(document, environment).failures).toEqual([]);
});
