import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventQueue } from '../../src/virtual/event-queue.ts';

/** How far ahead an event is: nearly always near, now and then days away. */
const ahead = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 6, arbitrary: fc.nat(600) },
  { weight: 6, arbitrary: fc.nat(70_000) },
  { weight: 3, arbitrary: fc.nat(20_000_000) },
  { weight: 2, arbitrary: fc.nat(2 ** 31 - 1) },
  { weight: 1, arbitrary: fc.nat(2 ** 31 - 1).map((n) => n * 1_000) },
);
const steps = fc.array(fc.oneof(ahead, fc.constant('pop' as const)), { maxLength: 400 });

describe('the queue of events', () => {
  test('gives events in the order of their times, and of their insertion within one instant', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const queue = new EventQueue(4);
        // What must come out, in the plainest way: the earliest, and of those the first.
        const model: { at: number; id: number }[] = [];
        let nowUs = 0;
        const popBoth = (): void => {
          const at = Math.min(...model.map((one) => one.at));
          const index = model.findIndex((one) => one.at === at);
          expect(queue.pop()).toBe(index >= 0);
          if (index < 0) return;
          expect({ at: queue.timeUs, id: queue.datum, kind: queue.kind }).toEqual({
            ...model[index],
            kind: model[index]!.id % 7,
          });
          nowUs = at;
          model.splice(index, 1);
        };
        all.forEach((step, id) => {
          if (step === 'pop') return popBoth();
          queue.push(nowUs + step, id % 7, null, id);
          model.push({ at: nowUs + step, id });
        });
        expect(queue.size).toBe(model.length);
        while (model.length > 0) popBoth();
        expect(queue.pop()).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test('is usable again after it was empty, at any later time', () => {
    const queue = new EventQueue();
    for (const at of [5, 2 ** 32 + 1, 2 ** 33, 2 ** 45 + 3]) {
      queue.push(at, 1, 'one', null);
      queue.push(at, 2, 'other', null);
      expect([queue.pop(), queue.timeUs, queue.target]).toEqual([true, at, 'one']);
      expect([queue.pop(), queue.timeUs, queue.target]).toEqual([true, at, 'other']);
      expect(queue.pop()).toBe(false);
    }
  });

  test('refuses what is past', () => {
    const queue = new EventQueue();
    queue.push(7, 0, null, null);
    queue.pop();
    expect(() => queue.push(6, 0, null, null)).toThrow('6 µs is past, it is 7 µs');
  });

  test('keeps nothing alive that was taken out', () => {
    const queue = new EventQueue();
    queue.push(1, 0, { is: 'big' }, {});
    queue.pop();
    queue.push(2, 0, null, null);
    queue.pop();
    expect([queue.target, queue.datum]).toEqual([null, null]);
  });
});
