import { describe, expect, test } from 'vitest';
import { MOST_REQUESTS, RequestTable, WordList } from '../../src/page/request-table.ts';
import { judgementOf } from './judgements.ts';

describe('the table of requests', () => {
  test('has all of them in the order of their numbers as long as there is room', () => {
    const table = new RequestTable();
    for (const number of [2, 0, 1]) table.add(judgementOf(number));
    expect(table.rows().map(({ number }) => number)).toEqual([0, 1, 2]);
    expect([table.total, table.stride]).toEqual([3, 1]);
  });

  test('lets every other one go when there are too many, but none that went wrong, failed or was slow', () => {
    const table = new RequestTable();
    for (let number = 0; number <= MOST_REQUESTS; number++) {
      table.add(
        judgementOf(number, {
          ...(number === 1_001 && { class: 'wrong' }),
          ...(number === 2_001 && { class: 'failed', tookUs: null }),
          ...(number === 3_001 && { tookUs: 9_000_000 }),
        }),
      );
    }
    const kept = new Set(table.rows().map(({ number }) => number));
    expect([table.stride, table.total]).toEqual([2, MOST_REQUESTS + 1]);
    expect([1_001, 2_001, 3_001].map((number) => kept.has(number))).toEqual([true, true, true]);
    expect([4_000, 4_001].map((number) => kept.has(number))).toEqual([true, false]);
  });

  test('can be smaller, and gives the latest with the first that went wrong', () => {
    const table = new RequestTable(1_000);
    const isBad = (number: number): boolean => number < 5;
    for (let number = 0; number < 4_000; number++) {
      table.add(judgementOf(number, { class: isBad(number) ? 'failed' : 'correct' }));
    }
    expect(table.rows().length).toBeLessThanOrEqual(1_000);
    const numbers = table.latest(8).map(({ number }) => number);
    expect(numbers.slice(0, 2)).toEqual([0, 1]);
    expect(numbers.slice(2).every((number) => number > 3_900)).toBe(true);
    expect(numbers.length).toBe(8);
  });

  test('never has more than it may, even if all of them went wrong', () => {
    const table = new RequestTable();
    for (let number = 0; number < 250_000; number++) {
      table.add(judgementOf(number, { class: 'wrong' }));
    }
    const { length } = table.rows();
    expect(length).toBeLessThanOrEqual(MOST_REQUESTS);
    expect(length).toBeGreaterThan(20_000);
  });

  test('gives an even sample where there is less room, with those that were not correct and the slowest', () => {
    const table = new RequestTable();
    for (let number = 0; number < 100; number++) {
      table.add(
        judgementOf(number, {
          ...(number < 3 && { class: 'failed', tookUs: null }),
          ...(number === 50 && { tookUs: 9_000_000 }),
        }),
      );
    }
    const numbers = table.rows(10).map(({ number }) => number);
    expect(numbers).toEqual([0, 1, 2, 3, 19, 35, 50, 52, 68, 84]);
  });

  test('gives no more than there is room for, even if all of them went wrong, or none where there is no room', () => {
    const table = new RequestTable();
    for (let number = 0; number < 100; number++) table.add(judgementOf(number, { class: 'wrong' }));
    expect(table.rows(10).map(({ number }) => number)).toEqual([0, 20, 40, 60, 80]);
    expect(table.rows(0)).toEqual([]);
  });
});

test('a list of words that is full reads all others as the empty one', () => {
  const words = new WordList(3);
  expect(['a', 'b', 'a', 'c', ''].map((word) => words.numberOf(word))).toEqual([1, 2, 1, 0, 0]);
  expect(words.words()).toEqual(['', 'a', 'b']);
});
