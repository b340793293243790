import { expect, test } from 'vitest';
import type { RequestDue } from '../../src/journal/event.ts';
import { loopback } from '../../src/runner/loopback.ts';
import { virtual } from '../../src/runner/virtual.ts';
import { LabFolder, runLab } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const file = new LabFolder(temporaryFolder()).write({
  peers: {
    groups: [
      { name: 'seeder', count: 2 },
      { name: 'leech', count: 4 },
    ],
  },
  topology: { kind: 'full' },
  images: {
    generate: { count: 12, size: { lognormal: { median: '20KiB', sigma: 1 } } },
    copies: { mean: 1, zipf: 0.9 },
    owners: 'seeder',
  },
  phases: [
    { name: 'discover', until: 'discovered' },
    {
      name: 'rush',
      for: '1s',
      requests: [
        { ramp: ['10/s', '60/s'], from: { leech: 3, seeder: 1 }, popularity: { zipf: 0.9 } },
        { steps: ['30/s', 0], missing: '30%', from: 'leech' },
      ],
    },
    { name: 'patient', for: '500ms', requests: { users: 3, think: { exponential: '50ms' } } },
  ],
});

// The open loops ask for the same on every clock; which users come to ask again depends on the answers.
test('generated pictures and several streams come out alike on simulated and on real sockets', async () => {
  const dues: unknown[][] = [];
  for (const runner of [virtual, loopback]) {
    const { result, journal } = await runLab(runner, file);
    expect(result.reasons).toEqual([]);
    expect(result.verdict).toBe('pass');
    expect(result.phases.at(-1)!.requests.correct).toBeGreaterThan(5);
    const rush = journal.filter(
      (event): event is RequestDue => event.kind === 'due' && event.phase === 1,
    );
    dues.push(rush.map(({ peer, image }) => [peer, image]));
  }
  expect(dues[0]!.length).toBeGreaterThan(30);
  expect(dues[1]).toEqual(dues[0]);
}, 60_000);
