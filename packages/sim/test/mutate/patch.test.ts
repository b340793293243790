import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.ts';
import { runMutants } from '../../src/mutate/mutation.ts';
import { applyPatch, moduleOf, patchedModule, PatchError } from '../../src/mutate/patch.ts';
import type { PlantedFault } from '../../src/mutate/planted-fault.ts';
import { PLANTED_FAULTS } from '../../src/mutate/planted-faults.ts';

const fault: PlantedFault = {
  name: 'more',
  description: 'Sends one more.',
  file: 'core/peer.ts',
  from: 'n + 1',
  to: 'n + 2',
  caughtBy: [],
};

test('a patch changes the one place that it names', () => {
  expect(applyPatch('send(n + 1);', fault)).toBe('send(n + 2);');
});

test('a dollar sign in a patch is a dollar sign', () => {
  expect(applyPatch('send(n + 1);', { ...fault, to: "$&$'" })).toBe("send($&$');");
});

test.each([
  ['send(n);', 'the text is not there'],
  ['send(n + 1, n + 1);', 'the text is there 2 times, not once'],
])('a patch of %j is an error: %s', (text, why) => {
  expect(() => applyPatch(text, fault)).toThrow(new PatchError(fault, why).message);
});

test('a patch that changes nothing is an error', () => {
  expect(() => applyPatch('n + 1', { ...fault, to: fault.from })).toThrow('it changes nothing');
});

test('a patch of a module that is not there is an error', () => {
  const gone = { ...fault, file: 'core/gone.ts' };
  expect(() => patchedModule(gone)).toThrow(
    /The planted fault more no longer applies to core\/gone\.ts: .*ENOENT/,
  );
});

test('a fault that does not fit stops everything before anything runs', async () => {
  const signal = new AbortController().signal;
  await expect(runMutants([fault], () => [], [], { environment, signal })).rejects.toThrow(
    PatchError,
  );
});

test('no planted fault is in the sources of the peer', () => {
  for (const one of PLANTED_FAULTS) {
    expect(readFileSync(moduleOf(one), 'utf8').split(one.from).length - 1, one.name).toBe(1);
  }
});
