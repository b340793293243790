import { expect, test } from 'vitest';
import type { Judgement, RequestClass } from '../../src/check/ground-truth.ts';
import { TellingRequests } from '../../src/stats/telling-requests.ts';

test('wrong ones come before failed ones, whatever came first', () => {
  const telling = tell([
    ['failed', 'no answer'],
    ['wrong', 'other bytes'],
  ]);
  expect(classes(telling)).toEqual(['wrong', 'failed']);
});

test('different causes come before the same one again; numbers in names make no other cause', () => {
  const telling = tell([
    ['failed', 'the attempt at peer-3 ended as "reset"'],
    ['failed', 'the attempt at peer-4 ended as "reset"'],
    ['failed', 'the attempt at peer-5 ended as "reset"'],
    ['failed', 'no answer before the end of the run'],
  ]);
  expect(telling.chosen(false).map(({ due }) => due.request)).toEqual([0, 3, 1]);
});

test('a failure of another kind is told although three are wrong for one reason', () => {
  const telling = tell([
    ['wrong', 'peer-1 lied'],
    ['wrong', 'peer-2 lied'],
    ['wrong', 'peer-3 lied'],
    ['failed', 'no answer'],
  ]);
  expect(classes(telling)).toEqual(['wrong', 'wrong', 'failed']);
});

test('slow ones fill what is left, if they are wanted and their phase is measured', () => {
  const telling = new TellingRequests();
  telling.judged(judgement(0, 'correct', '', 900), false);
  for (const tookUs of [10, 40, 20, 30]) {
    telling.judged(judgement(tookUs, 'correct', '', tookUs), true);
  }
  expect(telling.chosen(true).map(({ due }) => due.request)).toEqual([40, 30, 20]);
  expect(telling.chosen(false)).toEqual([]);
});

function tell(all: readonly (readonly [RequestClass, string])[]): TellingRequests {
  const telling = new TellingRequests();
  all.forEach(([verdict, why], request) =>
    telling.judged(judgement(request, verdict, why, 1), true),
  );
  return telling;
}

function classes(telling: TellingRequests): RequestClass[] {
  return telling.chosen(false).map((one) => one.class);
}

function judgement(request: number, verdict: RequestClass, why: string, tookUs: number): Judgement {
  return {
    due: { kind: 'due', atUs: 0, request, phase: 0, peer: 0, image: 0 },
    done: {
      kind: 'done',
      atUs: tookUs,
      request,
      outcome: 'found',
      from: 1,
      sizeBytes: 1,
      sha256: '',
      attempts: [],
    },
    class: verdict,
    why,
  };
}
