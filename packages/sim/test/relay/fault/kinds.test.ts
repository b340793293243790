import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/random/random.ts';
import { Pacer } from '../../../src/relay/fault/bandwidth.ts';
import { makeFaults } from '../../../src/relay/fault/kinds.ts';
import type { StreamFault } from '../../../src/relay/fault/stream-fault.ts';
import type { LinkRule } from '../../../src/scenario/scenario.ts';
import { rule } from '../relayed-peers.ts';

function faults(wrong: Partial<LinkRule>, seed = 1, isOpen = false): StreamFault[] {
  const place = { random: Random.fromSeed(seed), isOpen, pacer: new Pacer() };
  return makeFaults(rule(wrong), place);
}

function delays(wrong: Partial<LinkRule>, seed = 1): number[] {
  const [fault] = faults(wrong, seed);
  return Array.from({ length: 2_000 }, () => fault!.delayUs!());
}

test('a rule with nothing wrong brings no fault', () => {
  expect(faults({})).toEqual([]);
});

test.each<[keyof LinkRule, Partial<LinkRule>]>([
  ['latencyUs', { latencyUs: 1 }],
  ['jitterUs', { jitterUs: 1 }],
  ['bandwidthBytesPerSecond', { bandwidthBytesPerSecond: 1 }],
  ['loss', { loss: 0.1 }],
  ['corrupt', { corrupt: 0.1 }],
  ['cut', { cut: 'one-way' }],
  ['isReset', { isReset: true }],
  ['limitBytes', { limitBytes: 1 }],
  ['slowCloseUs', { slowCloseUs: 1 }],
])('%s brings one', (_what, wrong) => {
  expect(faults(wrong)).toHaveLength(1);
});

test('a connection is half-open only when it was there before', () => {
  expect(faults({ isHalfOpen: true }, 1, true)).toEqual([{ strands: true }]);
  expect(faults({ isHalfOpen: true }, 1, false)).toEqual([]);
});

describe('jitter', () => {
  test('is drawn evenly up to its bound', () => {
    const drawn = delays({ jitterUs: 100 });
    expect(Math.min(...drawn)).toBe(0);
    expect(Math.max(...drawn)).toBe(100);
    expect(drawn).toEqual(delays({ jitterUs: 100 }));
    expect(drawn).not.toEqual(delays({ jitterUs: 100 }, 2));
  });

  test('is drawn apart from loss', () => {
    const [jitter] = faults({ jitterUs: 100, loss: 0.3 });
    expect(Array.from({ length: 2_000 }, () => jitter!.delayUs!())).toEqual(
      delays({ jitterUs: 100 }),
    );
  });
});

test('loss happens to its share of the tries', () => {
  const [fault] = faults({ loss: 0.1 });
  const lost = Array.from({ length: 2_000 }, () => fault!.loses!()).filter(Boolean).length;
  expect(lost).toBeGreaterThan(150);
  expect(lost).toBeLessThan(250);
});

test('a byte limit is spent when more than its last byte wants to go', () => {
  const [fault] = faults({ limitBytes: 10 });
  fault!.spend!(9, 0);
  expect(fault!.allowance!(0)).toBe(1);
  fault!.spend!(1, 0);
  expect(fault!.isSpent).toBe(false);
  expect(fault!.allowance!(0)).toBe(0);
  expect(fault!.isSpent).toBe(true);
});

test('corruption changes one byte of each KiB at most, in its share of them', () => {
  const [fault] = faults({ corrupt: 0.25 });
  const bytes = new Uint8Array(1_024 * 1_024);
  for (let at = 0; at < bytes.length; at += 1_000) {
    fault!.alter!(bytes.subarray(at, at + 1_000), at);
  }
  const hits = [...bytes.keys()].filter((at) => bytes[at] !== 0).map((at) => at >> 10);
  expect(new Set(hits).size).toBe(hits.length);
  expect(hits.length).toBeGreaterThan(200);
  expect(hits.length).toBeLessThan(312);
});

test('a byte that corruption meets is another one afterwards', () => {
  const [fault] = faults({ corrupt: 1 });
  const bytes = new Uint8Array(4_096 * 1_024);
  fault!.alter!(bytes, 0);
  // A draw of all 256 masks would spare some sixteen of so many.
  expect(bytes.filter((byte) => byte !== 0)).toHaveLength(4_096);
});
