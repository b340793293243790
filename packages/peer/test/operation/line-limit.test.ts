import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { LineLimit, type OmittedLines } from '../../src/operation/line-limit.ts';

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

function limited(): { limit: LineLimit; omitted: OmittedLines[] } {
  const omitted: OmittedLines[] = [];
  return { limit: new LineLimit((lines) => omitted.push(lines)), omitted };
}

describe('lines of one kind', () => {
  test('are let through up to the limit, and the rest is told once a second', () => {
    const { limit, omitted } = limited();
    const allowed = Array.from({ length: 1_000 }, () => limit.allows('bad-name', 5, 10));
    expect(allowed.filter(Boolean)).toHaveLength(5);
    expect(omitted).toEqual([]);
    vi.advanceTimersByTime(1_000);
    expect(omitted).toEqual([{ kind: 'bad-name', lines: 995, amount: 9_950 }]);
    vi.advanceTimersByTime(10_000);
    expect(omitted).toHaveLength(1);
  });

  test('are let through again in the next second', () => {
    const { limit, omitted } = limited();
    for (let i = 0; i < 7; i++) limit.allows('a', 5);
    vi.advanceTimersByTime(1_000);
    expect(limit.allows('a', 5)).toBe(true);
    expect(omitted).toEqual([{ kind: 'a', lines: 2, amount: 0 }]);
  });

  test('do not count for another kind', () => {
    const { limit } = limited();
    for (let i = 0; i < 7; i++) limit.allows('a', 5);
    expect(limit.allows('b', 5)).toBe(true);
  });

  test('of a flood that lasts are a bounded number', () => {
    const { limit, omitted } = limited();
    let allowed = 0;
    for (let ms = 0; ms < 10_000; ms++) {
      for (let i = 0; i < 20; i++) if (limit.allows('a', 5)) allowed++;
      vi.advanceTimersByTime(1);
    }
    limit.flush();
    expect(allowed).toBe(50);
    expect(omitted.length).toBeLessThanOrEqual(20);
    expect(omitted.reduce((sum, { lines }) => sum + lines, allowed)).toBe(200_000);
  });

  test('that are left out are told at the end', () => {
    const { limit, omitted } = limited();
    for (let i = 0; i < 3; i++) limit.allows('a', 1);
    limit.flush();
    limit.flush();
    expect(omitted).toEqual([{ kind: 'a', lines: 2, amount: 0 }]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
