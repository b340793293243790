import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/random/random.ts';
import { segments } from '../../../src/relay/fault/segments.ts';
import type { Network } from '../../../src/scenario/scenario.ts';

/** Where a stream of so many bytes is cut, when nothing else cuts it. */
function cuts(mode: Network['segments'], length: number, seed = 1): number[] {
  const fault = segments(mode, Random.fromSeed(seed))!;
  const ends: number[] = [];
  for (let position = 0; position < length; position = ends.at(-1)!) {
    ends.push(fault.pieceEnd!(position));
  }
  return ends;
}

test('natural segments are left as they are', () => {
  expect(segments('natural', Random.fromSeed(1))).toBeNull();
});

test('every byte of the beginning goes by itself, and the rest together', () => {
  const ends = cuts('every-byte', 10_000);
  expect(ends).toHaveLength(513);
  expect(ends.slice(0, 3)).toEqual([1, 2, 3]);
  expect(ends.slice(-2)).toEqual([512, Infinity]);
});

describe('random segments', () => {
  test('are short in the beginning and longer later', () => {
    const ends = cuts('random', 1_000_000);
    const sizes = ends.map((end, index) => end - (ends[index - 1] ?? 0));
    const early = sizes.filter((_, index) => ends[index]! <= 1_460);
    expect(Math.max(...early)).toBeLessThanOrEqual(64);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(Math.max(...sizes)).toBeGreaterThan(10_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(23_360);
  });

  test('are the same however the stream arrives', () => {
    const fault = segments('random', Random.fromSeed(1))!;
    const ends = new Set<number>();
    for (let position = 0; position < 5_000; position++) ends.add(fault.pieceEnd!(position));
    expect([...ends]).toEqual(cuts('random', 5_000));
    expect([...ends]).not.toEqual(cuts('random', 5_000, 2));
  });
});
