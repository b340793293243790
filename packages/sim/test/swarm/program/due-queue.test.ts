import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DueQueue } from '../../../src/swarm/program/due-queue.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what is added is done when it is due, in the order of that', () => {
  const done: string[] = [];
  const queue = new DueQueue();
  queue.add(performance.now() + 20, () => done.push('second'));
  queue.add(performance.now() + 10, () => done.push('first'));
  queue.add(performance.now() + 20, () => done.push('third'));
  vi.advanceTimersByTime(11);
  expect(done).toEqual(['first']);
  vi.advanceTimersByTime(11);
  expect(done).toEqual(['first', 'second', 'third']);
});

test('what is late is done at once, and how late it was is told once', () => {
  const done: string[] = [];
  const queue = new DueQueue();
  queue.add(performance.now() - 50, () => done.push('late'));
  vi.advanceTimersByTime(1);
  expect(done).toEqual(['late']);
  expect(queue.takeWorstLagMs()).toBeGreaterThanOrEqual(50);
  expect(queue.takeWorstLagMs()).toBe(0);
});

test('what is cleared is never done', () => {
  const queue = new DueQueue();
  const action = vi.fn();
  queue.add(performance.now() + 10, action);
  queue.clear();
  vi.advanceTimersByTime(100);
  expect(action).not.toHaveBeenCalled();
});
