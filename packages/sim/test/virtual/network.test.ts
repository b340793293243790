import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random/random.ts';
import type { Network } from '../../src/scenario/scenario.ts';
import { BARE_LATENCY_US, NetworkModel, nextTryUs } from '../../src/virtual/network.ts';

/** A generator whose next numbers are these. */
function drawing(...numbers: number[]): Random {
  const random = Random.fromSeed(1);
  random.next32 = () => {
    if (numbers.length === 0) throw new Error('nobody should have drawn again');
    return numbers.shift()!;
  };
  // Hosts have generators of their own.
  random.fork = () => random;
  return random;
}

function model(network: Partial<Network>, random = Random.fromSeed(7)): NetworkModel {
  const plain = { latencyUs: 1_000, jitterUs: 0, bandwidthBytesPerSecond: 0, loss: 0 };
  return new NetworkModel({ ...plain, segments: 'natural', ...network }, random);
}

describe('a try is lost', () => {
  test('when the draw is below the bound, not when it equals it', () => {
    const half = 2 ** 31;
    expect(model({ loss: 0.5 }, drawing(half - 1)).loses()).toBe(true);
    expect(model({ loss: 0.5 }, drawing(half)).loses()).toBe(false);
    expect(model({ loss: 1 }, drawing(2 ** 32 - 1)).loses()).toBe(true);
  });

  test('never, with nothing drawn, where nothing is lost', () => {
    expect(model({}, drawing()).loses()).toBe(false);
    expect(model({}).isLossy).toBe(false);
    expect(model({ loss: 0.001 }).isLossy).toBe(true);
  });

  test('and adds nothing to how long the next one takes', () => {
    expect(model({ loss: 1 }, drawing()).delayUs()).toBe(1_000);
  });
});

describe('the delay of a segment', () => {
  test('is the latency alone, with nothing drawn, where nothing else is asked for', () => {
    expect(model({}, drawing()).delayUs()).toBe(1_000);
    expect(model({ latencyUs: 0 }, drawing()).delayUs()).toBe(BARE_LATENCY_US);
    expect(BARE_LATENCY_US).toBe(50);
  });

  test('has a jitter from nothing to its bound, both included', () => {
    const lowest = model({ jitterUs: 3 }, drawing(0));
    expect(lowest.delayUs()).toBe(1_000);
    const highest = model({ jitterUs: 3 }, drawing(2 ** 32 - 1));
    expect(highest.delayUs()).toBe(1_003);
    const jittery = model({ jitterUs: 3 });
    const delays = new Set(Array.from({ length: 200 }, () => jittery.delayUs()));
    expect([...delays].sort()).toEqual([1_000, 1_001, 1_002, 1_003]);
  });
});

describe('a burst is cut', () => {
  test('not at all in the mode natural', () => {
    expect(model({}, drawing()).cut(5_000, 0)).toBe(5_000);
  });

  test('into single bytes in the mode every-byte, the first 512 of them', () => {
    const network = model({ segments: 'every-byte' }, drawing());
    expect(network.cut(600, 0)).toBe(1);
    expect(network.cut(89, 511)).toBe(1);
    expect(network.cut(88, 512)).toBe(88);
  });

  test('into pieces of 1 to 64 bytes at first in the mode random', () => {
    const segments = 'random';
    expect(model({ segments }, drawing(0)).cut(5_000, 0)).toBe(1);
    expect(model({ segments }, drawing(2 ** 32 - 1)).cut(5_000, 1_459)).toBe(64);
  });

  test('into pieces of up to 16 packets further on in the mode random', () => {
    const segments = 'random';
    expect(model({ segments }, drawing(0)).cut(50_000, 1_460)).toBe(1);
    expect(model({ segments }, drawing(2 ** 32 - 1)).cut(50_000, 1_460)).toBe(23_360);
  });

  test('into no piece that is longer than what there is', () => {
    expect(model({ segments: 'random' }, drawing(2 ** 32 - 1)).cut(5, 0)).toBe(5);
  });
});

describe('a stalled stream tries again', () => {
  test.each([
    [0, 200_000],
    [200_000, 200_000],
    [200_001, 600_000],
    [600_000, 600_000],
    [600_001, 1_400_000],
    [1_400_001, 3_000_000],
    [3_000_001, 6_200_000],
  ])('healed after %d µs, after %d µs', (healedUs, triesUs) => {
    expect(nextTryUs(0, healedUs)).toBe(triesUs);
    expect(nextTryUs(5_000_000, 5_000_000 + healedUs)).toBe(5_000_000 + triesUs);
  });
});
