import { describe, expect, test } from 'vitest';
import type { Document } from '../../../src/explore/shrink/document.ts';
import { shrink, type Budget, type Judge } from '../../../src/explore/shrink/shrink.ts';

const FREE: Budget = { runs: 10_000, isOver: () => false };

const WRITTEN: Document = {
  name: 'broken',
  seed: 7,
  peers: { count: 9 },
  phases: [{ name: 'steady', for: '17s', requests: { rate: '40/s' } }],
  faults: [
    { at: '1s', heal: 'all' },
    { at: '2s', kill: 'peer-8' },
  ],
  expect: ['requests.wrong == 0'],
};

/** Fails where one of at least three peers is killed while requests come; of all nine beside another fault. */
const judge: Judge = {
  isValid: ({ peers, phases, faults, expect: lines }) => {
    const text = JSON.stringify([peers, phases, lines]);
    const { count = 0 } = (peers ?? {}) as { count?: number };
    const named = /peer-(\d+)/.exec(JSON.stringify(faults ?? []))?.[1] ?? 1;
    return /"for":"\d+s".*requests.wrong/.test(text) && Number(named) <= count;
  },
  stillFails: async (document) => {
    const { count } = document['peers'] as { count: number };
    const text = JSON.stringify(document);
    const isSmallEnough = text.includes('heal') ? count === 9 : count >= 3;
    return isSmallEnough && text.includes('kill') && /"rate":"[1-9]/.test(text);
  },
};

describe('shrink', () => {
  test('leaves what the failure needs, takes peers again when a fault is gone, and names a peer that is left', async () => {
    const { document, minimal } = await shrink(WRITTEN, judge, FREE);
    expect(minimal).toBe(true);
    expect(document).toEqual({
      name: 'broken',
      seed: 7,
      peers: { count: 3 },
      phases: [{ for: '0s', requests: { rate: '1/s' } }],
      faults: [{ kill: 'peer-3' }],
      expect: ['requests.wrong == 0'],
    });
  });

  test('runs no candidate twice and none that is not valid, and leaves the document alone', async () => {
    const before = structuredClone(WRITTEN);
    const seen: string[] = [];
    const watched: Judge = {
      isValid: judge.isValid,
      stillFails: (candidate) => {
        expect(judge.isValid(candidate)).toBe(true);
        seen.push(JSON.stringify(candidate));
        return judge.stillFails(candidate);
      },
    };
    const { runs } = await shrink(WRITTEN, watched, FREE);
    expect(new Set(seen).size).toBe(seen.length);
    expect(runs).toBe(seen.length);
    expect(WRITTEN).toEqual(before);
  });

  test('stops where the runs or the time end, with what it has', async () => {
    const few = await shrink(WRITTEN, judge, { runs: 3, isOver: () => false });
    expect(few).toMatchObject({ runs: 3, minimal: false });
    expect(await judge.stillFails(few.document)).toBe(true);
    const none = await shrink(WRITTEN, judge, { runs: 3, isOver: () => true });
    expect(none).toEqual({ document: WRITTEN, runs: 0, minimal: false });
  });
});
