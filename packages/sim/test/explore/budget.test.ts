/** The same scenarios with every change: what nobody thought of, as far as a few seconds go. */
import { availableParallelism } from 'node:os';
import { expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.ts';
import { NOTHING_GIVEN } from '../../src/explore/origin.ts';
import { explore, Sightings } from '../../src/explore/explorer.ts';

/** From which seed, and how many. */
const FIRST_SEED = 1;
const RUNS = 300;

/** They take a few seconds of two cores, and a machine may be busy. */
const MOST_MS = 180_000;

test(
  `nothing fails in the scenarios of ${RUNS} seeds, and they differ`,
  async () => {
    const sightings = new Sightings();
    const budget = { firstSeed: FIRST_SEED, runs: RUNS, jobs: availableParallelism() };
    const { signal } = new AbortController();
    const work = { ...budget, origin: NOTHING_GIVEN, environment, signal };
    await explore(work, (trial) => sightings.add(trial));
    const lines = sightings.findings.map(
      ({ seed, failure }) => `${failure}: npm run sim -- explore --seed ${seed} --runs 1`,
    );
    expect(lines).toEqual([]);
    expect(sightings.runs).toBe(RUNS);
    expect(sightings.behaviours).toBeGreaterThan(RUNS / 2);
  },
  MOST_MS,
);
