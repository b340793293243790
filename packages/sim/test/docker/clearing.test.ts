import { expect, test } from 'vitest';
import { clearAbandoned, clearRun } from '../../src/docker/clearing.ts';
import type { Engine } from '../../src/docker/engine.ts';
import { labelsOf } from '../../src/docker/labels.ts';

/** What an engine says of something that it cannot do. */
class Refusal extends Error {
  readonly statusCode = 500;
}

/** An engine with two containers and a network of one run, of which the first container stays. */
function engine(removed: string[], labels: Readonly<Record<string, string>>): Engine {
  const removal = (id: string) => ({
    remove: async (): Promise<void> => {
      if (id === 'stuck') throw new Refusal('it is stuck');
      removed.push(id);
    },
  });
  return {
    listContainers: async () => ['stuck', 'other'].map((Id) => ({ Id, Labels: labels })),
    listNetworks: async () => [{ Id: 'network', Labels: labels }],
    getContainer: removal,
    getNetwork: removal,
  } as unknown as Engine;
}

test('what can be removed is removed, also beside something that cannot be', async () => {
  const removed: string[] = [];
  await expect(clearRun(engine(removed, labelsOf('run')), 'run')).rejects.toThrow('it is stuck');
  expect(removed).toEqual(['other', 'network']);
});

// No process has such a number: the kernel has none above 4194304.
test('what a killed lab has left and nobody can remove keeps no run from starting', async () => {
  const removed: string[] = [];
  const gone = { ...labelsOf('run'), 'imagemesh.lab.pid': '4194305' };
  await clearAbandoned(engine(removed, gone));
  expect(removed).toEqual(['other', 'network']);
});
