import { expect, test } from 'vitest';
import { dialsFor, LEAST_DIALS } from '../../src/runner/file-budget.ts';

test('as many dial at once as do any good, where there are files enough', () => {
  expect(dialsFor(20_000, 2_000)).toBe(dialsFor(Infinity, 10));
  expect(dialsFor(20_000, 2_000)).toBeGreaterThan(100);
});

test('where there are few, both ends of each have one, and every peer listens', () => {
  const files = 1_024;
  const peers = 400;
  const dials = dialsFor(files, peers);
  expect(dials).toBeGreaterThan(LEAST_DIALS);
  expect(peers + 2 * dials).toBeLessThan(files);
  // One more peer leaves one file less.
  expect(dialsFor(files, peers + 2)).toBe(dials - 1);
});

test('some always do', () => {
  expect(dialsFor(1_024, 5_000)).toBe(LEAST_DIALS);
});
