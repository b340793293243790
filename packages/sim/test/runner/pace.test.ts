import { DEFAULT_LIMITS } from '@imagemesh/peer';
import { expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { paceOf } from '../../src/runner/pace.ts';
import { planOf } from '../plans.ts';

test.each([
  [2, 64],
  [600, 64],
  [1_000, 30],
])('%i peers that know %i others live as fast as one alone', (count, known) => {
  const { greetings, refreshUs, staleUs } = DEFAULT_LIMITS;
  expect(paceOf(crowd(count, known))).toEqual({ greetings, refreshUs, staleUs });
});

test('more of them keep in touch with 2,000 others a second in all', () => {
  const { refreshUs, staleUs } = paceOf(crowd(10_000, 30));
  expect((10_000 * 30) / (refreshUs / 1_000_000)).toBe(2_000);
  expect(staleUs / refreshUs).toBe(DEFAULT_LIMITS.staleUs / DEFAULT_LIMITS.refreshUs);
});

test('more of them have fewer greetings waiting, but each has one', () => {
  expect(paceOf(crowd(4_000, 30)).greetings).toBe(4);
  expect(paceOf(crowd(50_000, 30)).greetings).toBe(1);
});

test('nobody knows more others than there are', () => {
  expect(paceOf(crowd(201, 100_000))).toEqual(paceOf(crowd(201, 200)));
});

function crowd(count: number, known: number): Pick<Plan, 'peers'> {
  const [peer] = planOf({ peers: [{ known }] }).peers;
  return { peers: Array.from({ length: count }, () => peer!) };
}
