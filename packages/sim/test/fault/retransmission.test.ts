import { expect, test } from 'vitest';
import {
  CALL_RETRANSMISSION_US,
  flightEnd,
  Retransmission,
  RETRANSMISSION_US,
} from '../../src/fault/retransmission.ts';

/** When the tries are of a flight that is lost so many times, first sent at 5 s; the last is that of its end. */
function tries(losses: number, waitUs: number): number[] {
  const flight = new Retransmission(waitUs);
  const times = [5_000_000];
  for (let left = losses; times.length < 20; left--) {
    const nowUs = times.at(-1)!;
    const atUs = flight.tryAt(nowUs, () => left > 0);
    times.push(atUs);
    if (atUs === nowUs || atUs === Infinity) break;
  }
  return times.map((us) => (us - 5_000_000) / 1e6);
}

test.each([
  [0, [0, 0]],
  [1, [0, 0.2, 0.2]],
  [2, [0, 0.2, 0.6, 0.6]],
  [5, [0, 0.2, 0.6, 1.4, 3, 6.2, 6.2]],
  [6, [0, 0.2, 0.6, 1.4, 3, 6.2, 12.6, Infinity]],
  [9, [0, 0.2, 0.6, 1.4, 3, 6.2, 12.6, Infinity]],
])('a flight that is lost %d times is tried at %j s', (losses, expected) => {
  expect(tries(losses, RETRANSMISSION_US)).toEqual(expected);
});

test('a call is tried after 1, 3, 7 … s, and given up after 63 s', () => {
  expect(tries(6, CALL_RETRANSMISSION_US)).toEqual([0, 1, 3, 7, 15, 31, 63, Infinity]);
});

test('nothing is drawn before it is time for the next try', () => {
  const flight = new Retransmission(RETRANSMISSION_US);
  expect(flight.tryAt(0, () => true)).toBe(200_000);
  const loses = (): boolean => expect.unreachable();
  expect(flight.tryAt(199_999, loses)).toBe(200_000);
});

test('a late try shifts no other', () => {
  const flight = new Retransmission(RETRANSMISSION_US);
  flight.tryAt(0, () => true);
  expect(flight.tryAt(250_000, () => true)).toBe(600_000);
});

test('flights end at whole multiples of 16 KiB', () => {
  expect([0, 16_383, 16_384, 40_000].map(flightEnd)).toEqual([16_384, 16_384, 32_768, 49_152]);
});
