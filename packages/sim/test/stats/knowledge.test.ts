import { describe, expect, test } from 'vitest';
import { countKnowable, knowledgeAtEnd, KnowledgeTimes } from '../../src/stats/knowledge.ts';
import { planOf } from '../plans.ts';

describe('pairs that can be known', () => {
  test('are all, where nobody is limited', () => {
    expect(countKnowable(planOf({ peers: [{}, {}, {}, {}] }))).toBe(4 * 3);
  });

  test('are as many as each peer keeps in touch with, where that is less', () => {
    expect(countKnowable(planOf({ peers: [{ known: 2 }, { known: 1 }, {}, {}] }))).toBe(
      2 + 1 + 3 + 3,
    );
  });

  test('are those of our peers, and of others that answer greetings', () => {
    const peers = [{}, {}, { run: 'plain {port}' }, { behavior: 'silent' }];
    expect(countKnowable(planOf({ peers }))).toBe(2 * 2);
  });

  test('are none, where there is nobody of ours, or nobody else', () => {
    expect(countKnowable(planOf({ peers: [{ run: 'plain {port}' }] }))).toBe(0);
    expect(countKnowable(planOf({ peers: [{}] }))).toBe(0);
  });
});

describe('times of knowledge', () => {
  test('are those at which the shares were reached for the first time', () => {
    const times = new KnowledgeTimes(100);
    times.note(49, 1_000_000);
    times.note(50, 2_000_000);
    times.note(30, 3_000_000);
    times.note(51, 4_000_000);
    expect(times.seconds).toEqual({ 50: 2, 90: null, 99: null, 100: null });
    times.note(99, 5_000_000);
    times.note(100, 6_500_000);
    expect(times.seconds).toEqual({ 50: 2, 90: 5, 99: 5, 100: 6.5 });
  });

  test('are of whole pairs: a share is not reached by less than it', () => {
    const times = new KnowledgeTimes(7);
    times.note(3, 1);
    expect(times.seconds[50]).toBeNull();
    times.note(6, 2_000_000);
    expect(times.seconds).toEqual({ 50: 2, 90: null, 99: null, 100: null });
  });

  test('are 0, where there is nothing to be known', () => {
    expect(new KnowledgeTimes(0).seconds).toEqual({ 50: 0, 90: 0, 99: 0, 100: 0 });
  });
});

describe('the parts at the end', () => {
  test('are joined by knowledge in one direction, and over others', () => {
    expect(atEnd([[1], [], [1], [4], []])).toMatchObject({ components: 2, largestComponent: 3 });
    expect(atEnd([[], [], []])).toMatchObject({ components: 3, largestComponent: 1 });
    expect(atEnd([[1], [2], [0]])).toMatchObject({ components: 1, largestComponent: 3 });
  });

  test('are not joined by a peer that is down, which is in no part itself', () => {
    expect(atEnd([[1], [], [1]], { down: [1] })).toMatchObject({
      components: 2,
      largestComponent: 1,
    });
    expect(atEnd([[1], []], { down: [0, 1] })).toMatchObject({
      components: 0,
      largestComponent: 0,
    });
  });

  test('are joined by another program that both know, but not by a peer that misbehaves', () => {
    const known = [[2], [2], []];
    const plain = [{}, {}, { run: 'plain {port}' }];
    expect(atEnd(known, { peers: plain })).toMatchObject({ components: 1, largestComponent: 2 });
    const liar = [{}, {}, { behavior: 'wrong-bytes' }];
    expect(atEnd(known, { peers: liar })).toMatchObject({ components: 2, largestComponent: 1 });
  });
});

test('an entry is stale when its peer is down, and counts for each that has it and is up', () => {
  expect(atEnd([[1, 2], [2], [0]]).stale).toBe(0);
  expect(atEnd([[1, 2], [2], [0]], { down: [2] }).stale).toBe(2);
  expect(atEnd([[1, 2], [2], [0]], { down: [1, 2] }).stale).toBe(2);
});

function atEnd(
  known: readonly (readonly number[])[],
  {
    down = [],
    peers = known.map(() => ({})),
  }: { down?: readonly number[]; peers?: Parameters<typeof planOf>[0]['peers'] } = {},
): ReturnType<typeof knowledgeAtEnd> {
  return knowledgeAtEnd(
    planOf({ peers: peers! }),
    (peer) => known[peer]!,
    (peer) => !down.includes(peer),
  );
}
