import { describe, expect, test } from 'vitest';
import { GroundTruth } from '../../src/check/ground-truth.ts';
import { judge } from '../../src/check/judge.ts';
import type { JournalEvent } from '../../src/journal/event.ts';
import type { BreakResult, Result } from '../../src/result/result.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { Figures } from '../../src/stats/figures.ts';
import { expectationsOf, phaseOf, planOf, requestsOf } from '../plans.ts';

const SECOND = 1_000_000;
const RIGHT = '0'.repeat(64);

/** A request: when it was due, how long it took in milliseconds, who asked. */
interface Asked {
  readonly atMs: number;
  readonly tookMs?: number;
  readonly isWrong?: boolean;
  readonly peer?: number;
}

describe('when an expectation was broken for good', () => {
  test('counts: with the request that was one too many', () => {
    const asked = [1_100, 1_200, 1_300].map((atMs) => ({ atMs, isWrong: true }));
    const broken = brokenOf('requests.wrong <= 1', asked);
    expect(broken).toEqual({
      seconds: 1.201,
      phase: 'steady',
      phaseSeconds: 0.201,
      text: 'broken since 1.20 s (steady + 201 ms)',
    });
  });

  test('shares: not when they held again later', () => {
    const isWrong = true;
    const good = [1_200, 1_300, 1_400].map((atMs) => ({ atMs }));
    const asked = [{ atMs: 1_100, isWrong }, ...good, { atMs: 1_500, isWrong }];
    expect(brokenOf('requests.success >= 75%', asked).seconds).toBe(1.501);
  });

  test.each([
    ['latency.max < 50ms', 1.26],
    ['latency.p50 < 50ms', 1.36],
    ['latency.mean < 40ms', 1.36],
  ])('latencies: %s, as soon as too many took too long', (line, seconds) => {
    const asked = [
      { atMs: 1_100, tookMs: 1 },
      { atMs: 1_200, tookMs: 60 },
      { atMs: 1_300, tookMs: 60 },
    ];
    expect(brokenOf(line, asked).seconds).toBe(seconds);
  });

  test('rates: when too little had come for too long, even if nothing came at all from then on', () => {
    const asked = Array.from({ length: 10 }, (_, i) => ({ atMs: 1_000 + i * 10, tookMs: 1 }));
    // Ten answers hold a rate of twenty a second for half a second.
    expect(brokenOf('steady.requests.rate >= 20/s', asked).seconds).toBe(1.5);
    expect(brokenOf('requests.rate >= 20/s', asked).seconds).toBe(1.5);
  });

  test('the time of a phase: when its bound was over', () => {
    expect(brokenOf('steady.time <= 400ms')).toMatchObject({
      seconds: 1.4,
      text: 'not reached by 1.40 s (steady + 400 ms)',
    });
  });

  test('discovery that never came: when its bound was over, or at the end of the run', () => {
    expect(brokenOf('discovery.time <= 500ms').seconds).toBe(0.5);
    expect(brokenOf('discovery.time <= 5s')).toMatchObject({
      seconds: 2,
      text: 'the run ended before, at 2.00 s (steady + 1.00 s)',
    });
  });

  test('of all peers: that of the peer that decides', () => {
    const asked = [
      { atMs: 1_100, isWrong: true, peer: 1 },
      { atMs: 1_200, isWrong: true, peer: 0 },
      { atMs: 1_300, isWrong: true, peer: 0 },
    ];
    expect(brokenOf('all-peers.requests.wrong <= 0', asked).seconds).toBe(1.201);
  });

  test.each([
    ['requests.due >= 7', 'it was not met at any moment'],
    ['discovery.complete == true', 'its figure is taken at the end'],
    ['latency.p99 < latency.p50', 'what it is compared with is a figure of the whole run itself'],
    ['healed.discovery.time <= 1s', 'the faults that it counts from'],
  ])('%s: that cannot be told, and why', (line, why) => {
    const broken = brokenOf(line, [{ atMs: 1_100 }]);
    expect(broken).toMatchObject({ seconds: null, phase: null, phaseSeconds: null });
    expect(broken.text).toContain(`when cannot be told: ${why}`);
  });

  test('nothing is told of what holds', () => {
    expect(resultOf('requests.wrong == 0', []).expectations[0]!.broken).toBeNull();
  });
});

describe('the requests that tell most', () => {
  test('are wrong ones, with whom they asked', () => {
    const { tellingRequests } = resultOf('requests.wrong == 0', [{ atMs: 1_100, isWrong: true }]);
    expect(tellingRequests).toMatchObject([
      {
        class: 'wrong',
        peer: 'peer-1',
        image: 'image-0.png',
        dueSeconds: 1.1,
        endSeconds: 1.101,
        outcome: 'found',
        asked: [{ peer: 'peer-2', outcome: 'found' }],
      },
    ]);
  });

  test('are the slowest ones only where a time or a rate is not as expected', () => {
    const asked = [10, 30, 20, 40].map((tookMs, i) => ({ atMs: 1_100 + i * 100, tookMs }));
    const { tellingRequests } = resultOf('latency.max < 15ms', asked);
    expect(tellingRequests.map((one) => [one.class, one.request])).toEqual([
      ['slow', 3],
      ['slow', 1],
      ['slow', 2],
    ]);
    expect(tellingRequests[0]!.why).toBe(
      'the right answer took 40 ms; half of its phase stayed within 20 ms',
    );
    expect(resultOf('requests.due >= 7', asked).tellingRequests).toEqual([]);
  });
});

function brokenOf(line: string, asked: readonly Asked[] = []): BreakResult {
  const { broken } = resultOf(line, asked).expectations[0]!;
  if (broken === null) throw new Error(`${line} holds`);
  return broken;
}

/** A quiet phase of a second, and one of a second with these requests for an image of peer-2 and peer-3. */
function resultOf(line: string, asked: readonly Asked[]): Result {
  const phases = [
    phaseOf({ name: 'discover', requests: [] }),
    phaseOf({ requests: [requestsOf()] }),
  ];
  const expected = expectationsOf([line], ['discover', 'steady']);
  const scenario: Partial<Scenario> = { phases, expect: expected };
  const plan = planOf({ scenario, images: [{ owners: [2], sha256: RIGHT }] });
  const figures = new Figures(plan);
  const truth = new GroundTruth(plan, (judgement) => figures.judged(judgement));
  for (const event of journalOf(asked)) {
    figures.write(event);
    truth.write(event);
  }
  truth.finish();
  return judge(plan, figures, truth, {
    runner: 'loopback',
    wallSeconds: 2,
    error: null,
    virtual: null,
    environment: {
      imagemesh: '0.1.0',
      node: 'v24',
      system: 'linux',
      processor: 'CPU',
      startedAt: '2026-11-23T09:16:40.000Z',
    },
  });
}

function journalOf(asked: readonly Asked[]): JournalEvent[] {
  return [
    { kind: 'phase-start', atUs: 0, phase: 0 },
    { kind: 'phase-end', atUs: SECOND, phase: 0, isComplete: true },
    { kind: 'phase-start', atUs: SECOND, phase: 1 },
    ...asked.flatMap((one, request) => requestOf(one, request)),
    { kind: 'phase-end', atUs: 2 * SECOND, phase: 1, isComplete: true },
  ];
}

function requestOf(
  { atMs, tookMs = 1, isWrong, peer = 0 }: Asked,
  request: number,
): JournalEvent[] {
  return [
    { kind: 'due', atUs: atMs * 1_000, request, phase: 1, peer, image: 0 },
    {
      kind: 'done',
      atUs: (atMs + tookMs) * 1_000,
      request,
      outcome: 'found',
      from: 1,
      sizeBytes: 1_000,
      sha256: isWrong ? 'f'.repeat(64) : RIGHT,
      attempts: [{ peer: 1, outcome: 'found' }],
    },
  ];
}
