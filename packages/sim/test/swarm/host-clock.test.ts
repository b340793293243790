import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HostClock } from '../../src/swarm/host-clock.ts';

test('the quickest answer tells what a clock is ahead', () => {
  const clock = new HostClock();
  clock.note(0, 1_090, 100);
  clock.note(200, 1_201, 202);
  clock.note(300, 1_390, 400);
  expect(clock.there(500)).toBe(1_500);
  expect(clock.here(1_500)).toBe(500);
  expect(clock.errorMs).toBe(1);
});

test('a clock is off by the told error at most, however the two ways share the time', () => {
  const trips = fc.array(
    fc.tuple(
      fc.double({ min: 0, max: 50, noNaN: true }),
      fc.double({ min: 0, max: 50, noNaN: true }),
    ),
    {
      minLength: 1,
      maxLength: 100,
    },
  );
  fc.assert(
    fc.property(trips, fc.integer({ min: -1e6, max: 1e6 }), (ways, ahead) => {
      const clock = new HostClock();
      ways.forEach(([there, back], i) => {
        const sent = i * 500;
        clock.note(sent, sent + there + ahead, sent + there + back);
      });
      expect(Math.abs(clock.there(0) - ahead)).toBeLessThanOrEqual(clock.errorMs + 1e-6);
    }),
  );
});

test('answers of long ago tell nothing any more, since clocks drift', () => {
  const clock = new HostClock();
  clock.note(0, 5_000, 0);
  for (let i = 1; i <= 60; i++) clock.note(i, i + 11, i + 2);
  expect(clock.there(0)).toBe(10);
});

test('before the first answer nothing is known', () => {
  expect(new HostClock().errorMs).toBe(Infinity);
});
