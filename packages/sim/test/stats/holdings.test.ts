import { expect, test } from 'vitest';
import { Holdings } from '../../src/stats/holdings.ts';
import { planOf } from '../plans.ts';

const plan = planOf({ images: [{ owners: [1] }, { owners: [] }] });

test('an image is there already when it came before, to that very peer', () => {
  const holdings = new Holdings(plan);
  expect([
    holdings.add(0, 0, ''),
    holdings.add(0, 0, ''),
    holdings.add(2, 0, ''),
    holdings.add(0, 1, ''),
  ]).toEqual([false, true, false, false]);
});

test('an image is there already when the peer owned it at the start', () => {
  expect(new Holdings(plan).add(1, 0, '')).toBe(true);
  expect(new Holdings(plan).add(1, 1, '')).toBe(false);
});

test('a peer that has lost its images has none, until they come again', () => {
  const holdings = new Holdings(plan);
  holdings.add(1, 1, '');
  holdings.add(2, 1, '');
  holdings.empty(1);
  expect([holdings.add(1, 0, ''), holdings.add(1, 1, ''), holdings.add(2, 1, '')]).toEqual([
    false,
    false,
    true,
  ]);
  expect([holdings.add(1, 0, ''), holdings.add(1, 1, '')]).toEqual([true, true]);
});

test('another picture under the name is not there already', () => {
  const content = { source: { path: '/nowhere' }, sizeBytes: 9, sha256: 'second' };
  const others = [{ version: 2, content, owners: [1] }];
  const differing = planOf({ images: [{ sha256: 'first', owners: [0, 1], others }, {}] });
  const holdings = new Holdings(differing);
  expect(holdings.add(0, 0, 'first')).toBe(true);
  expect(holdings.add(0, 0, 'second')).toBe(false);
  expect(holdings.add(0, 0, 'second')).toBe(true);
  expect(holdings.add(1, 0, 'first')).toBe(false);
  expect(new Holdings(differing).add(1, 0, 'second')).toBe(true);
  // Nor is it mistaken for the next image.
  expect(holdings.add(0, 1, '')).toBe(false);
});
