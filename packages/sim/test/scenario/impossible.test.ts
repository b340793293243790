import { describe, expect, test } from 'vitest';
import { parseExpectation } from '../../src/scenario/expectation.ts';
import { whyNever } from '../../src/scenario/impossible.ts';

/** Why an expectation can never hold; null when it can. */
function never(text: string, hasFaults = true): string | null {
  const parsed = parseExpectation(text, {
    phases: ['steady'],
    groups: [{ name: 'peer', count: 3 }],
  });
  if ('problem' in parsed) throw new Error(parsed.problem);
  return whyNever(parsed.expectation, { peers: 3, hasFaults });
}

describe('an expectation that can never hold', () => {
  test.each([
    ['requests.wrong < 0', 'requests.wrong is never less than 0'],
    ['steady.requests.failed <= 0 - 5', 'requests.failed is never less than 0'],
    ['any-peer.requests.due == 1 - 2', 'requests.due is never less than 0'],
    ['latency.p99 <= 0ms', 'latency.p99 is always more than 0'],
    ['latency.max == 0', 'latency.max is always more than 0'],
    ['latency.p50 < 0ms', 'latency.p50 is always more than 0'],
    ['peer-1.known == 3', 'known is never more than 2 where there are 3 peers'],
    ['all-peers.known > 2', 'known is never more than 2 where there are 3 peers'],
    ['requests.success > 100%', 'requests.success is never more than 100%'],
    ['requests.success >= 60% + 60%', 'requests.success is never more than 100%'],
    ['discovery.reached == 60% + 60%', 'discovery.reached is never more than 100%'],
    ['requests.wrong < requests.wrong', 'requests.wrong is never less than requests.wrong'],
    ['requests.wrong != requests.wrong', 'requests.wrong is always requests.wrong'],
    ['latency.p99 > 1 * latency.p99', 'latency.p99 is never more than 1 * latency.p99'],
    ['latency.p50 > latency.p99', 'latency.p50 is never more than latency.p99'],
    ['latency.p99 <= latency.p50 - 5ms', 'latency.p99 is always more than latency.p50 - 5ms'],
    ['latency.max < latency.mean', 'latency.max is never less than latency.mean'],
    [
      'latency.max <= 50% * latency.p90 - 1ms',
      'latency.max is always more than 50% * latency.p90 - 1ms',
    ],
    [
      'steady.requests.due < steady.requests.failed',
      'requests.due is never less than steady.requests.failed',
    ],
    [
      'requests.correct >= requests.due + 1',
      'requests.correct is always less than requests.due + 1',
    ],
    [
      'requests.correct == 2 * requests.due + 1',
      'requests.correct is always less than 2 * requests.due + 1',
    ],
    [
      'requests.failed < 0 - 2 * requests.due',
      'requests.failed is never less than 0 - 2 * requests.due',
    ],
    ['latency.p99 <= 0ms - latency.p50', 'latency.p99 is always more than 0ms - latency.p50'],
    [
      'requests.success > 100% + discovery.reached',
      'requests.success is never more than 100% + discovery.reached',
    ],
    ['peer-1.known > peer-2.known + 2', 'known is never more than peer-2.known + 2'],
  ])('%s', (text, why) => {
    expect(never(text)).toBe(`this can never hold: ${why}`);
  });
});

describe('an expectation that can hold', () => {
  test.each([
    'peer-1.known == 2',
    'any-peer.known >= 1 + 1',
    'requests.wrong <= 0',
    'requests.wrong == 0',
    'requests.wrong > 0',
    'requests.success >= 100%',
    'requests.success == 100%',
    'requests.success > 99%',
    'requests.success >= 0%',
    'latency.p99 >= 0ms',
    'latency.p99 != 0ms',
    'latency.p99 < 1us',
    'harness.lag.max <= 0ms',
    'healed.discovery.time <= 0s',
    'steady.time <= 0s',
    'discovery.complete == false',
    'discovery.complete != true',
    'requests.wrong < requests.due',
    'latency.p99 >= latency.p50 - 5ms',
    'latency.p99 <= latency.p50',
    'latency.p99 > 3 * latency.p50',
    'latency.p50 > 90% * latency.p99',
    'requests.correct > 50% * requests.due',
    'steady.requests.correct > requests.due',
    'any-peer.requests.correct > requests.due',
    'requests.correct >= requests.due - 5',
    'requests.failed <= requests.due',
    'requests.failed >= requests.wrong - requests.due',
    'peer-1.known > peer-2.known + 1',
    'requests.due == requests.correct',
  ])('%s', (text) => {
    expect(never(text)).toBeNull();
  });
});

test('nothing heals where nothing goes wrong', () => {
  for (const text of ['healed.discovery.time <= 5s', 'discovery.time <= healed.discovery.time']) {
    expect(never(text, false)).toBe(
      'this can never hold: without faults there is no healed.discovery.time',
    );
  }
});
