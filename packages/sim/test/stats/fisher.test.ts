import { expect, test } from 'vitest';
import { chanceOfFewer } from '../../src/stats/fisher.ts';

test('the chance is that of the hypergeometric distribution', () => {
  // The lady tasting tea: all four right, of four and four.
  expect(chanceOfFewer(0, 4, 4, 4)).toBeCloseTo(1 / 70, 12);
  expect(chanceOfFewer(1, 4, 3, 4)).toBeCloseTo(17 / 70, 12);
  expect(chanceOfFewer(2, 10, 10, 10)).toBeCloseTo(45 / 125_970, 12);
});

test('the same share is no surprise, and all is certain', () => {
  expect(chanceOfFewer(10, 10, 10, 10)).toBeCloseTo(1, 9);
  expect(chanceOfFewer(4, 4, 0, 4)).toBeCloseTo(1, 12);
});
