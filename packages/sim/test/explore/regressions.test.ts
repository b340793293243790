/** What `sim explore` has found, made small, and does not come back. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.ts';
import { runScenario } from '../../src/mutate/scenario-run.ts';
import { loadCells } from '../../src/scenario/load.ts';

const FOLDER = join(import.meta.dirname, '../../../../scenarios/regressions');

/** More than any of them takes. */
const MOST_EVENTS = 1_000_000;

const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

test.each(files)('%s holds', (file) => {
  for (const scenario of loadCells(join(FOLDER, file))) {
    expect(scenario.name).toBe(basename(file, '.yaml'));
    const { verdict, reasons } = runScenario(scenario, MOST_EVENTS, environment);
    expect({ verdict, reasons }).toEqual({ verdict: 'pass', reasons: [] });
  }
});
