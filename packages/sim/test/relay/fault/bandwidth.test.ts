import { expect, test } from 'vitest';
import { paced, Pacer } from '../../../src/relay/fault/bandwidth.ts';

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

test('nothing more of a connection sets off once enough of it is ahead, until it has left', () => {
  const fault = paced(new Pacer(), RATE);
  expect(fault.allowance!(0)).toBe(20_000);
  fault.spend!(20_000, 0);
  fault.spend!(20_000, 0);
  expect(fault.allowance!(0)).toBe(0);
  expect(fault.againUs!()).toBe(20_000);
  expect(fault.allowance!(20_000)).toBe(20_000);
});

test('connections take turns, whoever began', () => {
  const pacer = new Pacer();
  const connections = [paced(pacer, RATE), paced(pacer, RATE), paced(pacer, RATE)];
  const sent = connections.map(() => 0);
  for (let nowUs = 0; nowUs < 3_000_000; nowUs += 1_000) {
    connections.forEach((one, index) => {
      while (one.allowance!(nowUs) > 0) {
        one.spend!(10_000, nowUs);
        sent[index]! += 10_000;
      }
    });
  }
  for (const bytes of sent) {
    expect(bytes).toBeGreaterThan(0.97e6);
    expect(bytes).toBeLessThan(1.06e6);
  }
});

test('at the lowest rate a byte at a time may go', () => {
  expect(paced(new Pacer(), 1).allowance!(0)).toBe(1);
});
