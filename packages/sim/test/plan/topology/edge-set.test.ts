import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EdgeSet } from '../../../src/plan/topology/edge-set.ts';

const peer = fc.integer({ min: 0, max: 11 });
const step = fc.record({ does: fc.constantFrom('add', 'delete'), a: peer, b: peer });

test('a set of edges does what a set of texts does, however full it is', () => {
  fc.assert(
    // The number of peers says which edges fall on one slot.
    fc.property(
      fc.integer({ min: 12, max: 5_000 }),
      fc.array(step, { maxLength: 300, size: 'max' }),
      (count, steps) => {
        const edges = new EdgeSet(count, 78);
        const model = new Set<string>();
        for (const { does, a, b } of steps) {
          const text = [a, b].sort((x, y) => x - y).join('-');
          if (does === 'add') {
            expect(edges.add(a, b)).toBe(!model.has(text));
            model.add(text);
          } else {
            edges.delete(a, b);
            model.delete(text);
          }
        }
        for (let a = 0; a < 12; a++) {
          for (let b = a; b < 12; b++) {
            expect([a, b, edges.has(b, a)]).toEqual([a, b, model.has(`${a}-${b}`)]);
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('edges of a million peers are told apart', () => {
  const edges = new EdgeSet(1_000_000, 3);
  edges.add(999_999, 999_998);
  edges.add(0, 999_999);
  expect(edges.has(999_998, 999_999)).toBe(true);
  expect(edges.has(999_999, 0)).toBe(true);
  expect(edges.has(999_997, 999_999)).toBe(false);
  expect(edges.has(1, 999_999)).toBe(false);
});

test('a set of edges takes no more than was said', () => {
  const edges = new EdgeSet(10, 2);
  edges.add(1, 2);
  edges.add(3, 4);
  expect(edges.add(2, 1)).toBe(false);
  expect(() => edges.add(5, 6)).toThrow(/more edges/);
  edges.delete(3, 4);
  expect(edges.add(5, 6)).toBe(true);
});
