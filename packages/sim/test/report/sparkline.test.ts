import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sparkline } from '../../src/report/sparkline.ts';

test('values are bars, the highest value the highest one', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7, 8], 80)).toBe('▁▂▂▃▄▅▆▇█');
});

test('little is told from none', () => {
  expect(sparkline([0, 1, 1_000], 80)).toBe('▁▂█');
});

test('nothing but zeros are the lowest bars', () => {
  expect(sparkline([0, 0], 80)).toBe('▁▁');
  expect(sparkline([], 80)).toBe('');
});

test('more values than columns are joined, and shown by their mean', () => {
  expect(sparkline([8, 8, 0, 0, 8, 0, 8], 4)).toBe('█▁▄█');
});

test('no more characters than columns, whatever the values', () => {
  const values = fc.array(fc.double({ min: 0, max: 1e12, noNaN: true }), { maxLength: 240 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 120 }), (all, columns) => {
      const bars = sparkline(all, columns);
      expect(bars.length).toBeLessThanOrEqual(columns);
      expect(bars).toMatch(/^[▁▂▃▄▅▆▇█]*$/);
    }),
  );
});
