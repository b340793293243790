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
    requests.ask(number, 0, 'cat.png', 0).catch(() => rejected++);
  }
  await expect(requests.ask(10_000, 0, 'cat.png', 0)).rejects.toBeInstanceOf(HarnessBoundError);
  expect(rejected).toBe(0);
});

test('a request of a peer that has ended and is back when it is due is made', async () => {
  const answer = {
    outcome: 'found',
    attempts: [],
    arrivedMs: 0,
    from: 0,
    sizeBytes: 1,
    sha256: '',
  };
  const ended = { request: () => Promise.reject(new Error('it has ended')) };
  const all: unknown[] = [ended];
  const peers = { all, addresses: { peerAt: () => undefined } } as unknown as LivePeers;
  const clock = new RealClock();
  const dueUs = clock.nowUs() + 20_000;
  const asking = new RealRequests(peers, clock).ask(0, 0, 'cat.png', dueUs);
  all[0] = null;
  await new Promise((resolve) => setImmediate(resolve));
  all[0] = { request: () => Promise.resolve(answer) };
  // It is not done before it was due, whatever the peer says.
  expect(await asking).toMatchObject({ kind: 'done', outcome: 'found', atUs: dueUs });
});
