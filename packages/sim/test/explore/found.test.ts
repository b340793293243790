/** What `sim explore` has found, made small, and does not come back. */
import { expect, test } from 'vitest';
import { LabFolder, sim } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());

test('a call that breaks before the peer has heard of it leaves nothing behind', async () => {
  const file = lab.write({
    seed: 76,
    peers: { count: 2 },
    images: { generate: { count: 1 } },
    network: { latency: '20ms', jitter: '3ms' },
    phases: [
      { name: 'meet', until: 'discovered', within: '60s' },
      { name: 'trouble', for: '2s', requests: { rate: '1/s' } },
    ],
    faults: [{ at: 'trouble+1187ms', link: { reset: true } }],
  });
  const { code, stdout } = await sim(['run', file, '--runner', 'virtual', '--quiet']);
  expect(stdout).toMatch(/^PASS /);
  expect(code).toBe(0);
});
