import { expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.ts';
import { examine } from '../../src/explore/exam.ts';
import { resultOf } from '../../src/mutate/scenario-run.ts';
import { scenarioOf } from '../../src/scenario/load.ts';
import { huntFaults } from '../../src/explore/planted/hunt.ts';
import { PLANTED_FAULTS } from '../../src/mutate/planted-faults.ts';

const SCENARIO = {
  name: 'examined',
  peers: { count: 3 },
  images: { generate: { count: 2, size: '2KiB' } },
  phases: [{ name: 'meet', until: 'discovered', within: '30s' }],
};

test('an exam finds nothing in our peer, and changes nothing of what is measured', () => {
  const scenario = scenarioOf(SCENARIO, 'examined.yaml');
  const plain = resultOf(scenario, 100_000, environment);
  let told: string | null = 'it was not asked';
  const examined = resultOf(scenario, 100_000, environment, {
    beforeEnd: (run, plan) => (told = examine(run, plan)),
  });
  expect(told).toBeNull();
  expect(examined).toEqual(plain);
});

test('where all are down there is nobody to examine', () => {
  const faults = [{ at: 'meet', kill: 'peer' }];
  const scenario = scenarioOf(
    { ...SCENARIO, phases: [{ name: 'meet', for: '1s' }], faults },
    'a.yaml',
  );
  let told: string | null = 'it was not asked';
  resultOf(scenario, 100_000, environment, {
    beforeEnd: (run, plan) => (told = examine(run, plan)),
  });
  expect(told).toBeNull();
});

test.each([
  ['peers-without-space', 'a list is sent as "PEERS:"'],
  ['res-without-space', 'an answer is sent as "RES:"'],
])('%s is told in the words of the wire', async (name, told) => {
  const [hunted] = await huntFaults(
    PLANTED_FAULTS.filter((one) => one.name === name),
    {
      firstSeed: 1,
      exploreMs: 60_000,
      shrinkMs: 1,
      environment,
      signal: new AbortController().signal,
      onHunted: () => {},
    },
  );
  expect(hunted!.found!.failure).toContain(told);
});
