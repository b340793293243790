import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatQuantity, parseQuantity, patternOf, type Unit } from '../../src/scenario/units.ts';

const value = (unit: Unit, text: unknown): unknown => {
  const result = parseQuantity(unit, text);
  return result.ok ? result.value : result.problem;
};

test.each<[Unit, unknown, number]>([
  ['time', '15us', 15],
  ['time', '20ms', 20_000],
  ['time', '1.5 s', 1_500_000],
  ['time', '2m', 120_000_000],
  ['time', '2min', 120_000_000],
  ['time', '1h', 3_600_000_000],
  ['time', '1d', 86_400_000_000],
  ['time', '1e3ms', 1_000_000],
  ['time', 0, 0],
  ['bytes', '300KiB', 307_200],
  ['bytes', '64MB', 64_000_000],
  ['bytesPerSecond', '100Mbit', 12_500_000],
  ['bytesPerSecond', '1Gbit/s', 125_000_000],
  ['bytesPerSecond', '10MB/s', 10_000_000],
  ['rate', '50/s', 50],
  ['rate', '5/m', 5 / 60],
  ['share', '7%', 0.07],
  ['share', '99.5%', 0.995],
])('%s %j is %d', (unit, text, expected) => {
  expect(value(unit, text)).toBe(expected);
});

test.each<[Unit, unknown, string]>([
  ['time', 20, '20 has no unit, write 20ms or 20s'],
  ['time', '20', '20 has no unit, write 20ms or 20s'],
  ['rate', 50, '50 has no unit, write 50/s or 50/m'],
  ['time', '5 sec', 'unknown unit "sec" in "5 sec", did you mean "s"?'],
  ['time', '5MB', '5MB is a size, expected a duration such as 20ms or 10s'],
  ['time', '-5ms', '-5ms is negative'],
  ['time', '0.5us', '0.5us is too fine, the smallest step is 1us'],
  ['time', '1e99d', '1e99d is too large'],
  ['time', 'soon', 'expected a duration such as 20ms or 10s, got "soon"'],
  ['time', Number.NaN, 'expected a duration such as 20ms or 10s, got NaN'],
  ['time', [1], 'expected a duration such as 20ms or 10s, got a list'],
  ['share', '150%', '150% is more than 100%'],
  ['bytesPerSecond', '1bit', '1bit is too fine, the smallest step is 1B/s'],
  ['share', '0.5', '0.5 has no unit, write 50% or 0.5%'],
  ['share', 5, '5 has no unit, write 5%'],
  ['time', '-0s', '-0s is negative'],
  ['time', '1,5s', 'no "," or "_" stands in a number, got "1,5s"'],
  ['bytes', '1_000KB', 'no "," or "_" stands in a number, got "1_000KB"'],
  ['time', '1m30s', '"1m30s" has more than one unit, write it with one'],
  ['time', '1h 30m', '"1h 30m" has more than one unit, write it with one'],
])('%s %j is refused', (unit, text, problem) => {
  expect(value(unit, text)).toBe(problem);
});

/** What is offered instead of a unit that there is not. */
function offered(unit: Unit, text: string): string | undefined {
  return /, did you mean (.*)\?$/.exec(String(value(unit, text)))?.[1];
}

test.each<[Unit, string, string]>([
  ['time', '20 seconds', '"s"'],
  ['time', '20msec', '"ms"'],
  ['time', '2 Minutes', '"min"'],
  ['time', '1hr', '"h"'],
  ['time', '20\u03bcs', '"us"'],
  ['time', '20MS', '"ms"'],
  ['bytes', '300kib', '"KiB"'],
  ['bytes', '1 byte', '"B"'],
  ['bytes', '5M', '"MB"'],
  ['bytesPerSecond', '100Mbps', '"Mbit"'],
  ['bytesPerSecond', '100 Mb/s', '"Mbit"'],
  ['bytesPerSecond', '100mb/s', '"Mbit" or "MB/s"'],
  ['bytesPerSecond', '100MBps', '"MB/s"'],
  ['bytesPerSecond', '100Mbti', '"Mbit"'],
  ['bytesPerSecond', '9Kbit', '"kbit"'],
  ['rate', '50/sec', '"/s"'],
  ['rate', '50 req/s', '"/s"'],
  ['share', '2 percent', '"%"'],
])('for %s %j, %s is offered', (unit, text, expected) => {
  expect(offered(unit, text)).toBe(expected);
});

test.each<[Unit, string]>([
  ['time', '1ns'],
  ['time', '1w'],
  ['bytes', '1TB'],
  ['bytes', '1TiB'],
  ['bytesPerSecond', '1Tbit'],
  ['rate', '5/ms'],
  ['rate', '1/d'],
])('for %s %j nothing is offered that is something else', (unit, text) => {
  expect(value(unit, text)).toMatch(/^unknown unit .*, expected /);
});

test.each<[Unit, string]>([
  ['bytesPerSecond', '50Mbit'],
  ['bytesPerSecond', '100Mbit'],
  ['bytesPerSecond', '1Gbit'],
  ['bytesPerSecond', '10Mbit'],
  ['bytesPerSecond', '10MB/s'],
  ['bytesPerSecond', '5MB/s'],
  ['bytesPerSecond', '1200kB/s'],
  ['bytesPerSecond', '0B/s'],
  ['bytes', '6250kB'],
])('a %s is written as a person writes it: %s', (unit, text) => {
  expect(formatQuantity(unit, value(unit, text) as number)).toBe(text);
});

describe('what is written is read back', () => {
  test.each<Unit>(['time', 'bytes', 'bytesPerSecond'])('%s, for every whole number', (unit) => {
    fc.assert(
      fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (base) => {
        expect(value(unit, formatQuantity(unit, base))).toBe(base);
      }),
    );
  });

  test('rates, for every number', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (perSecond) => {
        expect(value('rate', formatQuantity('rate', perSecond))).toBe(perSecond);
      }),
    );
  });

  test('percentages, for every ten-thousandth', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (millionths) => {
        const share = millionths / 1e4 / 100;
        expect(value('share', formatQuantity('share', share))).toBe(share);
      }),
    );
  });

  test('and fits the pattern of the JSON Schema', () => {
    fc.assert(
      fc.property(
        fc.constantFrom<Unit>('time', 'bytes', 'bytesPerSecond', 'rate', 'share'),
        fc.nat(1),
        (unit, base) => {
          expect(formatQuantity(unit, base)).toMatch(new RegExp(patternOf(unit)));
        },
      ),
    );
  });
});
