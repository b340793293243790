import { mkdtempSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.ts';
import { NOTHING_GIVEN } from '../../src/explore/origin.ts';
import { explore, Sightings } from '../../src/explore/explorer.ts';
import { keepFinding, named } from '../../src/explore/keep-finding.ts';
import { shrinkFinding } from '../../src/explore/shrink-finding.ts';
import { tryScenario } from '../../src/explore/trial.ts';
import type { Document } from '../../src/explore/shrink/document.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** The only owner sends other bytes, and no expectation says so. */
const LIED_TO: Document = {
  name: 'lied-to',
  peers: {
    groups: [
      { name: 'peer', count: 4 },
      { name: 'odd', count: 1, behavior: 'wrong-bytes' },
    ],
  },
  topology: { kind: 'full' },
  images: { generate: { count: 3, size: '2KiB' }, copies: 1, owners: 'odd' },
  phases: [
    { name: 'meet', until: 'discovered' },
    { name: 'steady', for: '5s', requests: { rate: '6/s', from: 'peer' } },
  ],
  faults: [{ at: 'steady+1s', kill: 'peer-2', restart: '500ms' }],
};

const folder = temporaryFolder();

test('a scenario that fails says what, and is handed back smaller, as a file that fails alike', async () => {
  const { failures, reasons } = tryScenario(LIED_TO, environment);
  const [failure = ''] = failures;
  expect(failure).toBe(
    'always no answer is wrong: bytes arrived from … (wrong-bytes) whose … is …, not …',
  );
  expect(reasons[0]).toMatch(/^\d+ wrong answers$/);
  const { document, minimal } = await shrinkFinding(
    LIED_TO,
    failure,
    async (candidate) => tryScenario(candidate, environment),
    () => false,
  );
  expect(minimal).toBe(true);
  expect(document).not.toHaveProperty('faults');
  const into = mkdtempSync(join(folder, 'kept-'));
  const small = named(document, failure);
  const kept = keepFinding(into, small, failure, 'sim explore --seed 5 --runs 1');
  expect(loadScenario(kept)).toMatchObject({ faults: [], name: basename(kept, '.yaml') });
  expect(readdirSync(into)).toEqual([basename(kept)]);
  expect(basename(kept)).toMatch(/^bytes-arrived-from-wrong-bytes-whose-is-not-[0-9a-f]{6}\.yaml$/);
  expect(tryScenario(document, environment).failures).toContain(failure);
});

test('two threads see what one sees', async () => {
  const [one, two] = [new Sightings(), new Sightings()];
  const { signal } = new AbortController();
  const work = { firstSeed: 1, runs: 12, origin: NOTHING_GIVEN, environment, signal };
  await explore({ ...work, jobs: 1 }, (trial) => one.add(trial));
  await explore({ ...work, jobs: 2 }, (trial) => two.add(trial));
  expect([one.runs, two.runs]).toEqual([12, 12]);
  expect([two.events, two.behaviours, two.findings]).toEqual([
    one.events,
    one.behaviours,
    one.findings,
  ]);
});

test('findings that fail alike are one, that of the least seed', () => {
  const sightings = new Sightings();
  const size = { peers: 1, faults: 0, requests: 0 };
  const trial = {
    failures: ['b', 'a'],
    reasons: [],
    events: 1,
    traceHash: '',
    signature: '',
    size,
  };
  for (const seed of [9, 3, 6]) sightings.add({ seed, ...trial });
  sightings.add({ seed: 1, ...trial, failures: [] });
  expect(sightings.findings).toMatchObject([{ failure: 'b', seed: 3, count: 3 }]);
});

test('nothing begins when the budget is spent', async () => {
  const sightings = new Sightings();
  const work = { firstSeed: 1, runs: 30, jobs: 2, origin: NOTHING_GIVEN, environment };
  await explore({ ...work, signal: AbortSignal.abort() }, (trial) => sightings.add(trial));
  expect(sightings.runs).toBe(0);
});
