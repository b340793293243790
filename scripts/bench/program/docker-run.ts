/**
 * Carries a scenario out on the docker runner, as a process that has just been started, and says when its first phase was
 * over and when all was cleared away, in ms since the start of the process.
 *
 *     node docker-run.ts FILE
 */
import { docker } from '../../../packages/sim/src/docker/docker.ts';
import type { Journal } from '../../../packages/sim/src/journal/journal.ts';
import { makePlan } from '../../../packages/sim/src/plan/plan.ts';
import { loadScenario } from '../../../packages/sim/src/scenario/load.ts';
import { tell } from './command-line.ts';

const [file = ''] = process.argv.slice(2);

let upMs = Number.NaN;
let discoveredMs = Number.NaN;
const journal: Journal = {
  write({ kind }) {
    if (kind === 'phase-start') upMs = performance.now();
    if (kind === 'phase-end') discoveredMs = performance.now();
  },
};

const scenario = loadScenario(file);
const stop = new AbortController();
// The bench ends it with its input.
process.stdin.resume().once('end', () => stop.abort());
await docker.run(makePlan(scenario, scenario.seed), journal, { signal: stop.signal });
tell({ event: 'over', upMs, discoveredMs, clearedMs: performance.now() });
