import { expect, test } from 'vitest';
import { environment } from '../../../src/cli/environment.ts';
import { huntFaults, type HuntOptions } from '../../../src/explore/planted/hunt.ts';
import { tryScenario } from '../../../src/explore/trial.ts';
import type { PlantedFault } from '../../../src/mutate/planted-fault.ts';
import { PLANTED_FAULTS } from '../../../src/mutate/planted-faults.ts';

const OPTIONS: HuntOptions = {
  firstSeed: 1,
  exploreMs: 60_000,
  shrinkMs: 20_000,
  environment,
  signal: new AbortController().signal,
  onHunted: () => {},
};

function faultNamed(name: string): PlantedFault {
  return PLANTED_FAULTS.find((one) => one.name === name)!;
}

test('exploring finds a planted fault by a scenario of few peers, which the peer as it is passes', async () => {
  const names = ['res-twice', 'sessions-leak-on-reset', 'known-unlimited'];
  const hunted = await huntFaults(names.map(faultNamed), OPTIONS);
  expect(hunted.map(({ fault }) => fault.name)).toEqual(names);
  for (const { fault, found } of hunted) {
    expect(found, fault.name).not.toBeNull();
    expect(found!.size.peers, fault.name).toBeLessThanOrEqual(5);
    expect(tryScenario(found!.document, environment).failures).toEqual([]);
  }
});

test('a fault that nobody notices is given up when its time is over', async () => {
  const [hunted] = await huntFaults([faultNamed('empty-kept')], { ...OPTIONS, exploreMs: 1 });
  expect(hunted).toMatchObject({ runs: 1, found: null });
});

test('a fault that does not fit is an error', async () => {
  const unfit = { ...faultNamed('res-twice'), from: 'nowhere' };
  await expect(huntFaults([unfit], OPTIONS)).rejects.toThrow('the text is not there');
});

test('nothing is hunted when it was interrupted before', async () => {
  const signal = AbortSignal.abort();
  expect(await huntFaults([faultNamed('res-twice')], { ...OPTIONS, signal })).toEqual([]);
});
