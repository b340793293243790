import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { environment } from '../../src/cli/environment.ts';
import { tryScenario } from '../../src/explore/trial.ts';
import { ACTION, ALARM, ARRIVE } from '../../src/virtual/event-kind.ts';
import { EventQueue } from '../../src/virtual/event-queue.ts';
import { Ordering } from '../../src/virtual/ordering.ts';

interface Told {
  readonly timeUs: number;
  readonly target: unknown;
  readonly datum: unknown;
}

/** Everything in a queue, in an order that is chosen. */
function drained(queue: EventQueue, choose: (count: number) => number): Told[] {
  const ordering = new Ordering(queue, (due) => choose(due.length));
  const told: Told[] = [];
  while (ordering.pop()) {
    const { timeUs, target, datum } = queue;
    told.push({ timeUs, target, datum });
  }
  return told;
}

describe('an ordering', () => {
  test('changes neither the moments nor the order of a connection or of the lab', () => {
    const event = fc.record({
      timeUs: fc.integer({ min: 0, max: 5 }),
      target: fc.constantFrom('lab', 'a', 'b', 'c'),
    });
    fc.assert(
      fc.property(fc.array(event), fc.infiniteStream(fc.nat()), (events, draws) => {
        const queue = new EventQueue();
        events.forEach(({ timeUs, target }, datum) =>
          queue.push(timeUs, target === 'lab' ? ACTION : ARRIVE, target, datum),
        );
        const told = drained(queue, (count) => draws.next().value % count);
        expect(told).toHaveLength(events.length);
        expect(told.map((one) => one.timeUs)).toEqual(
          events.map((one) => one.timeUs).toSorted((a, b) => a - b),
        );
        for (const target of ['lab', 'a', 'b', 'c']) {
          const own = told.filter((one) => one.target === target);
          const numbers = own.map((one) => one.timeUs * 1_000 + Number(one.datum));
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        }
      }),
    );
  });

  test('lets what is due at the same moment come in any order, also what came about meanwhile', () => {
    const queue = new EventQueue();
    for (const target of ['a', 'b']) queue.push(7, ALARM, target, null);
    const ordering = new Ordering(queue, (due) => due.length - 1);
    ordering.pop();
    expect(queue.target).toBe('b');
    queue.push(7, ALARM, 'c', null);
    queue.push(8, ALARM, 'd', null);
    const rest: unknown[] = [];
    while (ordering.pop()) rest.push(queue.target);
    expect(rest).toEqual(['c', 'a', 'd']);
  });
});

describe('a scenario in a random order', () => {
  const together = {
    name: 'together',
    seed: 3,
    peers: { count: 6 },
    images: { generate: { count: 2 }, copies: 2 },
    phases: [
      { name: 'meet', until: 'discovered', within: '30s' },
      { name: 'steady', for: '2s', requests: { rate: '5/s' } },
    ],
  };
  const hashOf = (part: object): string =>
    tryScenario({ ...together, ...part }, environment).traceHash;

  test('goes another way than in the natural one, always the same for the same seed', () => {
    const random = { network: { order: 'random' } };
    expect(hashOf(random)).toBe(hashOf(random));
    expect(hashOf(random)).not.toBe(hashOf({}));
    expect(hashOf({ network: { order: 'natural' } })).toBe(hashOf({}));
  });
});
