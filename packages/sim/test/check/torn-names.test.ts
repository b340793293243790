import { expect, test } from 'vitest';
import { mayTearNames } from '../../src/check/torn-names.ts';
import { scenarioOf } from '../plans.ts';

const { network } = scenarioOf();

test.each([
  ['natural', 5_000_000, 0, false],
  ['random', 1_000_000, 0, true],
  ['every-byte', 999_999, 0, false],
  ['every-byte', 0, 1_000, false],
  // Three pieces of images of 16 KiB, one after another.
  ['every-byte', 1, 3 * 16_384, true],
  ['every-byte', 1, 4 * 16_384, false],
  ['natural', 1, 1, false],
] as const)('pieces %s, jitter %d µs, bandwidth %d: %s', (segments, jitterUs, bytes, isTorn) => {
  const one = { ...network, segments, jitterUs, bandwidthBytesPerSecond: bytes };
  expect(mayTearNames(one, 3)).toBe(isTorn);
});
