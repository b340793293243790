import { expect, test } from 'vitest';
import { HarnessBoundError } from '../../src/result/run-error.ts';
import type { LivePeers } from '../../src/runner/live-peers.ts';
import { RealRequests } from '../../src/runner/real-requests.ts';
import { RealClock } from '../../src/runner/real-stage.ts';

test('ten thousand requests may be open at once, one more is a bound of the lab', async () => {
  const silent = { request: () => new Promise(() => {}) };
  const requests = new RealRequests({ all: [silent] } as unknown as LivePeers, new RealClock());
  let rejected = 0;
  for (let number = 0; number < 10_000; number++) {
    requests.ask(number, 0, 'cat.png').catch(() => rejected++);
  }
  await expect(requests.ask(10_000, 0, 'cat.png')).rejects.toBeInstanceOf(HarnessBoundError);
  expect(rejected).toBe(0);
});
