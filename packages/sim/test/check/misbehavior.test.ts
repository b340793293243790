import { describe, expect, test } from 'vitest';
import { GroundTruth } from '../../src/check/ground-truth.ts';
import { judge } from '../../src/check/judge.ts';
import type { RequestDone, RequestDue } from '../../src/journal/event.ts';
import type { Journal } from '../../src/journal/journal.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { Figures } from '../../src/stats/figures.ts';
import { expectationsOf, phaseOf, planOf } from '../plans.ts';

const RIGHT = '0'.repeat(64);
const OTHER = 'f'.repeat(64);

/** Peer-1 asks; peer-2 is well, peer-3 misbehaves; all own what `owners` says. */
function planWith(
  behavior: string,
  owners: readonly number[],
  expect: readonly string[] = [],
): Plan {
  const phases = [phaseOf({ name: 'warm-up', measured: false }), phaseOf({ name: 'steady' })];
  return planOf({
    peers: [{}, {}, { behavior }],
    images: [{ owners }],
    scenario: { phases, expect: expectationsOf(expect, ['warm-up', 'steady']) },
  });
}

/** Writes one request of peer-1, which knows both others. */
function writeRequest(
  journal: Journal,
  part: Partial<RequestDone>,
  about: Partial<RequestDue> = {},
): void {
  for (const other of [1, 2]) journal.write({ kind: 'reached', atUs: 0, peer: 0, other });
  const due = { kind: 'due', atUs: 1, request: 0, phase: 1, peer: 0, image: 0 } as const;
  const done = { kind: 'done', atUs: 2, request: 0, from: -1, sizeBytes: 0, sha256: '' } as const;
  journal.write({ ...due, ...about });
  journal.write({ ...done, outcome: 'failed', attempts: [], ...part });
}

function judged(plan: Plan, done: Partial<RequestDone>, due: Partial<RequestDue> = {}): string[] {
  const all: string[][] = [];
  const truth = new GroundTruth(plan, (one) => all.push([one.class, one.why]));
  writeRequest(truth, done, due);
  return all[0]!;
}

describe('beside a peer that misbehaves', () => {
  const found = { outcome: 'found', from: 2, sha256: OTHER } as const;

  test('other bytes are wrong, and it is named with its behaviour', () => {
    expect(judged(planWith('wrong-bytes', [1]), found)).toEqual([
      'wrong',
      'bytes arrived from peer-3 (wrong-bytes) whose SHA-256 is ffffffffffff…, not 000000000000…',
    ]);
  });

  test('an image under a name that nobody has is wrong, and it is named', () => {
    expect(judged(planWith('wrong-bytes', []), found, { image: -1 })).toEqual([
      'wrong',
      'an image arrived from peer-3 (wrong-bytes) under a name that nobody has',
    ]);
  });

  test('"not found" is wrong when it denied what it owns, and nobody else was there to ask', () => {
    const attempts = [
      { peer: 1, outcome: 'not-found' },
      { peer: 2, outcome: 'not-found' },
    ] as const;
    expect(judged(planWith('denies-all', [2]), { outcome: 'not-found', attempts })).toEqual([
      'wrong',
      'peer-3 (denies-all) owns it and said it does not',
    ]);
  });

  test.each(['not-found', 'truncated', 'malformed', 'no-reply'] as const)(
    'its "%s" on the way spoils nothing when the right bytes came in the end',
    (outcome) => {
      const attempts = [
        { peer: 2, outcome },
        { peer: 1, outcome: 'found' },
      ] as const;
      const done = { outcome: 'found', from: 1, sha256: RIGHT, attempts } as const;
      expect(judged(planWith('denies-all', [1, 2]), done)).toEqual(['correct', '']);
    },
  );

  test('a search that failed is excused when it alone owns the image', () => {
    const attempts = [{ peer: 2, outcome: 'truncated' }] as const;
    expect(judged(planWith('truncated-reply', [2]), { outcome: 'failed', attempts })).toEqual([
      'excused',
      'peer-3 (truncated-reply), which owns it, misbehaves',
    ]);
  });

  test('"not found" is excused when it alone owns the image and was never known', () => {
    const done = { outcome: 'not-found', attempts: [{ peer: 1, outcome: 'not-found' }] } as const;
    expect(judged(planWith('silent', [2]), done)).toEqual([
      'excused',
      'peer-3 (silent), which owns it, misbehaves',
    ]);
  });

  test('a search for what nobody has is excused when it spoilt that', () => {
    const attempts = [
      { peer: 1, outcome: 'not-found' },
      { peer: 2, outcome: 'malformed' },
    ] as const;
    const done = { outcome: 'failed', attempts } as const;
    expect(judged(planWith('malformed-messages', []), done, { image: -1 })).toEqual([
      'excused',
      'peer-3 (malformed-messages) misbehaves',
    ]);
    const denied = { outcome: 'failed', attempts: [{ peer: 2, outcome: 'not-found' }] } as const;
    expect(judged(planWith('flood-hello', []), denied, { image: -1 })[0]).toBe('failed');
  });

  test('nobody is excused for not asking an owner that is well', () => {
    const attempts = [{ peer: 2, outcome: 'reset' }] as const;
    expect(judged(planWith('reset-reply', [1, 2]), { outcome: 'failed', attempts })).toEqual([
      'wrong',
      '"failed" without asking peer-2, which it knew and which owns it',
    ]);
  });

  test('an owner that is well is no more excused than elsewhere', () => {
    const attempts = [
      { peer: 2, outcome: 'reset' },
      { peer: 1, outcome: 'reset' },
    ] as const;
    expect(judged(planWith('reset-reply', [1, 2]), { outcome: 'failed', attempts })).toEqual([
      'failed',
      'the attempt at peer-2, which owns it, ended as "reset"',
    ]);
  });
});

describe('a wrong answer', () => {
  /** Reasons of a run with one lie in a phase, with these expectations. */
  function reasons(expect: readonly string[], phase = 1): readonly string[] {
    const plan = planWith('wrong-bytes', [1], expect);
    const figures = new Figures(plan);
    const truth = new GroundTruth(plan, (one) => figures.judged(one));
    plan.scenario.phases.forEach((_, number) =>
      figures.write({ kind: 'phase-end', atUs: 9, phase: number, isComplete: true }),
    );
    writeRequest(truth, { outcome: 'found', from: 2, sha256: OTHER }, { phase });
    const environment = {
      imagemesh: '0',
      node: '',
      system: '',
      processor: '',
      startedAt: '2026-11-23T09:16:40.000Z',
    };
    const facts = { runner: 'test', wallSeconds: 0, error: null, virtual: null, environment };
    return judge(plan, figures, truth, facts).reasons;
  }

  test('fails a run that says nothing about wrong answers', () => {
    expect(reasons([])).toEqual(['1 wrong answer']);
    expect(reasons(['requests.success >= 0%'])).toEqual(['1 wrong answer']);
  });

  test.each(['requests.wrong <= 1', 'requests.wrong > 0', 'requests.wrong != 0'])(
    'fails no run that expects %s',
    (line) => {
      expect(reasons([line])).toEqual([]);
    },
  );

  test.each(['requests.wrong == 0', 'requests.wrong < 1', 'requests.wrong <= 0'])(
    'fails a run that expects %s, in a warm-up too',
    (line) => {
      expect(reasons([line])).toContain('1 wrong answer');
      expect(reasons([line], 0)).toEqual(['1 wrong answer']);
    },
  );

  test('is allowed in the phase alone that the expectation names', () => {
    expect(reasons(['steady.requests.wrong <= 5'])).toEqual([]);
    expect(reasons(['steady.requests.wrong <= 5'], 0)).toEqual(['1 wrong answer']);
  });

  test('is not allowed by a bound that it exceeds', () => {
    expect(reasons(['requests.wrong >= 2'])).toEqual(['expected requests.wrong >= 2, measured 1']);
  });
});
