import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { RealClock } from '../../src/runner/real-stage.ts';

test('an action is never done before its time', async () => {
  const clock = new RealClock();
  clock.start();
  const early: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = 300;
  for (let i = 0; i < 300; i++) {
    const atUs = 1_000 + i * 997;
    clock.at(atUs, () => {
      if (clock.nowUs() < atUs) early.push(atUs);
      if (--left === 0) resolve();
    });
  }
  await promise;
  expect(early).toEqual([]);
});

test('an action that is overdue is done soon, and not within the call', async () => {
  const clock = new RealClock();
  clock.start();
  let isDone = false;
  clock.at(-5, () => (isDone = true));
  expect(isDone).toBe(false);
  await expect.poll(() => isDone).toBe(true);
});

test('nothing is done any more once the clock has stopped', async () => {
  const clock = new RealClock();
  clock.start();
  const done: string[] = [];
  clock.at(1_000, () => done.push('before'));
  clock.stop();
  clock.at(1_000, () => done.push('after'));
  await sleep(30);
  expect(done).toEqual([]);
});

test('the worst lateness since the last look is kept', async () => {
  const clock = new RealClock();
  clock.start();
  clock.at(1_000, () => {});
  const endMs = performance.now() + 60;
  while (performance.now() < endMs);
  await sleep(5);
  expect(clock.takeWorstLagUs()).toBeGreaterThan(40_000);
  expect(clock.takeWorstLagUs()).toBe(0);
});
