import { expect, test } from 'vitest';
import { shareInterval } from '../../src/stats/share-interval.ts';

// As tables of Wilson's interval have them.
test.each([
  [0, 10, 0, 0.2775],
  [1, 10, 0.0179, 0.4042],
  [5, 10, 0.2366, 0.7634],
  [10, 10, 0.7225, 1],
  [20, 1_000, 0.013, 0.0307],
])('%i of %i lies between %d and %d', (hits, tries, low, high) => {
  const interval = shareInterval(hits, tries);
  expect(interval.low).toBeCloseTo(low, 4);
  expect(interval.high).toBeCloseTo(high, 4);
});
