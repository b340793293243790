import { expect, test } from 'vitest';
import { Pacer } from '../../../src/relay/fault/bandwidth.ts';

const RATE = 1_000_000;

test('bytes leave at the rate, however they are cut', () => {
  const pacer = new Pacer();
  expect(pacer.spend(10_000, RATE, 0)).toBe(10_000);
  expect(pacer.spend(1, RATE, 0)).toBe(10_001);
  expect(pacer.spend(9_999, RATE, 5_000)).toBe(20_000);
});

test('an idle link saves nothing up', () => {
  const pacer = new Pacer();
  pacer.spend(1_000, RATE, 0);
  expect(pacer.spend(1_000, RATE, 1e9)).toBe(1e9 + 1_000);
});

test('nothing more sets off once enough is ahead, until it has left', () => {
  const pacer = new Pacer();
  expect(pacer.allowance(RATE, 0)).toBe(20_000);
  pacer.spend(20_000, RATE, 0);
  pacer.spend(20_000, RATE, 0);
  expect(pacer.allowance(RATE, 0)).toBe(0);
  expect(pacer.againUs()).toBe(20_000);
  expect(pacer.allowance(RATE, 20_000)).toBe(20_000);
});

test('at the lowest rate a byte at a time may go', () => {
  expect(new Pacer().allowance(1, 0)).toBe(1);
});
