import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fitRectangle } from '../../src/picture/rectangle.ts';

test('a rectangle keeps to its budget, is nearly square and wastes less than a row', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 10_000_000 }), fc.constantFrom(0, 1), (budget, extra) => {
      const { columns, rows } = fitRectangle(budget, extra);
      const used = rows * (columns + extra);
      expect(columns >= 1 && rows >= 1 && used <= budget).toBe(true);
      expect(budget - used).toBeLessThan(columns + extra);
      if (budget < 100) return;
      expect(columns / rows).toBeLessThan(2.1);
      expect(rows / columns).toBeLessThan(2.1);
    }),
    { numRuns: 500 },
  );
});

test('a rectangle of many cells wastes next to nothing', () => {
  for (let budget = 100_000; budget < 100_200; budget++) {
    const { columns, rows } = fitRectangle(budget, 0);
    expect(budget - columns * rows).toBeLessThan(20);
  }
});
