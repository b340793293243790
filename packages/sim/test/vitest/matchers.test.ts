import { describe, expect, test } from 'vitest';
import '../../src/vitest/index.ts';
import type { Result } from '../../src/result/result.ts';
import { FAILING, PASSING } from '../report/results.ts';

/** What a matcher says when it fails. */
function sentenceOf(hold: () => void): string {
  try {
    hold();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
}

/** Too slow alone, or too slow with something else. */
function slow(...others: string[]): Result {
  const text = 'steady.latency.p99 <= 1ms';
  const missed = { text, holds: false, measured: 2e3, bound: 1e3, shown: '2.0 ms' };
  return {
    ...PASSING,
    verdict: 'fail',
    expectations: [{ ...missed, broken: null, line: 9, file: null }],
    reasons: [`expected ${text}, measured 2.0 ms`, ...others],
  };
}

describe('toHold', () => {
  test('passes with a run that passed alone', () => {
    expect(PASSING).toHold();
    expect(FAILING).not.toHold();
    expect(sentenceOf(() => expect(PASSING).not.toHold())).toContain(
      'expected the run not to hold',
    );
  });

  test('without pace forgives times and rates, and nothing else', () => {
    expect(slow()).not.toHold();
    expect(slow()).toHold({ pace: false });
    expect(slow('1 wrong answer')).not.toHold({ pace: false });
    expect(FAILING).not.toHold({ pace: false });
  });

  test('without pace has no verdict where the lab measured itself', () => {
    expect({ ...FAILING, verdict: 'harness-bound' }).toHold({ pace: false });
    expect({ ...FAILING, verdict: 'harness-bound' }).not.toHold();
  });

  test('holds one more expectation against the result', () => {
    expect(PASSING).toHold('steady.latency.p99 <= 1s');
    expect(PASSING).toHold('requests.wrong == 0');
    const said = sentenceOf(() => expect(PASSING).toHold('steady.latency.p99 <= 1ms'));
    expect(said).toMatch(/^expected steady\.latency\.p99 <= 1ms, measured 18 ms\n/);
  });

  test('says what is wrong with an expectation that cannot be read', () => {
    expect(sentenceOf(() => expect(PASSING).toHold('steady.latency.p98 <= 1s'))).toMatch(
      /^toHold\("steady\.latency\.p98 <= 1s"\): .*p9[09]/,
    );
  });
});

describe('toBeDiscoveredWithin', () => {
  const { seconds } = PASSING.discovery;

  test('compares with the time of the first complete discovery', () => {
    expect(PASSING).toBeDiscoveredWithin(`${seconds! * 1e3}ms`);
    expect(PASSING).not.toBeDiscoveredWithin(`${seconds! * 1e3 - 1}ms`);
  });

  test('fails without one', () => {
    const result = {
      ...PASSING,
      discovery: { ...PASSING.discovery, complete: false, seconds: null },
    };
    expect(sentenceOf(() => expect(result).toBeDiscoveredWithin('9s'))).toMatch(
      /^expected discovery within 9s, it came never; \d+ of \d+ pairs were reached\n/,
    );
  });

  test('wants a time with its unit', () => {
    expect(sentenceOf(() => expect(PASSING).toBeDiscoveredWithin('9'))).toMatch(/9 has no unit/);
  });
});

test('what is no result is refused', () => {
  expect(sentenceOf(() => expect(42).toHold())).toContain(
    'This matcher is for the result of a run',
  );
});
