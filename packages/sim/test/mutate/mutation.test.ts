import { beforeAll, expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.ts';
import { isCaught, runMutants, runUnplanted, type Trial } from '../../src/mutate/mutation.ts';
import { PLANTED_FAULTS } from '../../src/mutate/planted-faults.ts';
import type { PlantedFault } from '../../src/mutate/planted-fault.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { LabFolder } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const tiny: Scenario = loadScenario(lab.write());
const options = { environment, signal: new AbortController().signal };
let unplanted: readonly Trial[];

beforeAll(async () => {
  unplanted = await runUnplanted([tiny], options);
});

function fault(name: string): PlantedFault {
  return PLANTED_FAULTS.find((one) => one.name === name)!;
}

test('a peer that breaks down where the lab expects no exception is noticed by that scenario', async () => {
  const throws: PlantedFault = {
    ...fault('first-peer-only'),
    // Out of a request of the workload, which is no event of the peer's host.
    from: 'else this.#askMore();',
    to: "else throw new TypeError('a request breaks it');",
  };
  const [mutant] = await runMutants([throws], () => [tiny], unplanted, options);
  expect(mutant!.trials.map(({ verdict }) => verdict)).toEqual(['error']);
  expect(mutant!.trials[0]!.reasons[0]).toContain('TypeError: a request breaks it');
  expect(mutant!.trials.some(isCaught)).toBe(true);
});

test('a run that is interrupted brings what is known by then', async () => {
  const controller = new AbortController();
  const faults = Array.from({ length: 6 }, () => fault('res-keeps-space'));
  const mutants = await runMutants(faults, () => [tiny], unplanted, {
    environment,
    signal: controller.signal,
    onTrial: () => controller.abort(),
  });
  const counts = mutants.map(({ trials }) => trials.length);
  expect(Math.max(...counts)).toBe(1);
  // No thread begins that had not begun by then.
  expect(counts.at(-1)).toBe(0);
});
