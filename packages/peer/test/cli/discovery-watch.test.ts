import { beforeEach, afterEach, expect, test, vi } from 'vitest';
import { DiscoveryWatch } from '../../src/cli/discovery-watch.ts';

const NEVER = new AbortController().signal;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The state of a promise after some time. */
async function after(ms: number, promise: Promise<boolean>): Promise<boolean | 'waiting'> {
  await vi.advanceTimersByTimeAsync(ms);
  return await Promise.race([promise, Promise.resolve<'waiting'>('waiting')]);
}

test('all are found when nobody new has answered for a while', async () => {
  const watch = new DiscoveryWatch();
  const quiet = watch.quiet(1_000, 60_000, NEVER);
  watch.observer.onReached(1);
  expect(await after(900, quiet)).toBe('waiting');
  watch.observer.onReached(2);
  expect(await after(900, quiet)).toBe('waiting');
  expect(await after(100, quiet)).toBe(true);
});

test('silence before anybody was asked says nothing', async () => {
  const watch = new DiscoveryWatch();
  const quiet = watch.quiet(1_000, 60_000, NEVER);
  expect(await after(5_000, quiet)).toBe('waiting');
  watch.observer.onSettled();
  expect(await after(1_000, quiet)).toBe(true);
  await watch.greeted;
});

test('the bound ends it', async () => {
  const watch = new DiscoveryWatch();
  expect(await after(300, watch.quiet(1_000, 300, NEVER))).toBe(false);
});

test('an interruption ends it, also one that came before', async () => {
  const watch = new DiscoveryWatch();
  const controller = new AbortController();
  const quiet = watch.quiet(1_000, 60_000, controller.signal);
  controller.abort();
  expect(await quiet).toBe(false);
  expect(await watch.quiet(1_000, 60_000, controller.signal)).toBe(false);
});
