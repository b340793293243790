import fc from 'fast-check';
import { expect, test } from 'vitest';
import { showFigure } from '../../src/result/show-figure.ts';
import type { FigureUnit } from '../../src/scenario/figures.ts';

test.each<[FigureUnit, number | null, string]>([
  ['time', 0, '0 s'],
  ['time', 850, '850 µs'],
  ['time', 999.6, '1.0 ms'],
  ['time', 1234, '1.2 ms'],
  ['time', 18_000, '18 ms'],
  ['time', 999_600, '1.00 s'],
  ['time', 3_450_000, '3.45 s'],
  ['time', 12_340_000, '12.3 s'],
  ['time', 150_000_000, '2.5 min'],
  ['time', 9_000_000_000, '2.5 h'],
  ['bytes', 512, '512 B'],
  ['bytes', 212_400_000, '212.4 MB'],
  ['bytesPerSecond', 13_200_000, '13.2 MB/s'],
  ['bytesPerSecond', 1_000_000, '1.0 MB/s'],
  ['rate', 0.25, '0.25/s'],
  ['rate', 198.44, '198.4/s'],
  ['rate', 488_372, '488,372/s'],
  ['share', 0, '0%'],
  ['share', 0.998, '99.8%'],
  ['share', 0.99996, '99.996%'],
  ['share', 0.00001, '0.001%'],
  ['share', 1, '100%'],
  ['count', 1040, '1,040'],
  ['flag', 1, 'yes'],
  ['flag', 0, 'no'],
  ['time', null, 'not measured'],
])('%s %s is shown as %s', (unit, value, shown) => {
  expect(showFigure(unit, value)).toBe(shown);
});

test('a value that is just beyond a bound does not read like the bound', () => {
  expect(showFigure('time', 250_100, 250_000)).toBe('250.1 ms');
  expect(showFigure('share', 0.98996, 0.99)).toBe('98.996%');
  expect(showFigure('time', 250_000, 250_000)).toBe('250 ms');
});

test('two different values can always be told apart, whatever they are', () => {
  const units = fc.constantFrom<FigureUnit>('time', 'bytes', 'bytesPerSecond', 'count');
  const value = fc.nat({ max: 1_000_000_000 });
  fc.assert(
    fc.property(units, value, value, (unit, a, b) => {
      if (a !== b) expect(showFigure(unit, a, b)).not.toBe(showFigure(unit, b, a));
    }),
  );
});
