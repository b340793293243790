import { expect, test } from 'vitest';
import { Holdings } from '../../src/stats/holdings.ts';
import { planOf } from '../plans.ts';

const plan = planOf({ images: [{ owners: [1] }, { owners: [] }] });

test('an image is there already when it came before, to that very peer', () => {
  const holdings = new Holdings(plan);
  expect([holdings.add(0, 0), holdings.add(0, 0), holdings.add(2, 0), holdings.add(0, 1)]).toEqual([
    false,
    true,
    false,
    false,
  ]);
});

test('an image is there already when the peer owned it at the start', () => {
  expect(new Holdings(plan).add(1, 0)).toBe(true);
  expect(new Holdings(plan).add(1, 1)).toBe(false);
});

test('a peer that has lost its images has none, until they come again', () => {
  const holdings = new Holdings(plan);
  holdings.add(1, 1);
  holdings.add(2, 1);
  holdings.empty(1);
  expect([holdings.add(1, 0), holdings.add(1, 1), holdings.add(2, 1)]).toEqual([
    false,
    false,
    true,
  ]);
  expect([holdings.add(1, 0), holdings.add(1, 1)]).toEqual([true, true]);
});
