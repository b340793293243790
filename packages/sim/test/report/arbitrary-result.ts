import fc from 'fast-check';
import type {
  BadRequest,
  Effort,
  ExpectationResult,
  GroupResult,
  Latency,
  PhaseResult,
  RequestCounts,
  Result,
  SeriesBucket,
  TellingRequest,
  Throughput,
} from '../../src/result/result.ts';
import { PASSING } from './results.ts';

/** Text as a hostile scenario would have it: any characters, wide ones and escapes among them. */
const text = fc.oneof(
  fc.string({ maxLength: 60, unit: 'binary' }),
  fc.string({
    maxLength: 60,
    unit: fc.constantFrom('猫', 'e\u0301', '🐈', '\u001b[31m', '-', ' ', '\n'),
  }),
  fc.stringMatching(/^[a-z0-9-]{1,64}$/),
);

const count = fc.oneof(fc.nat({ max: 2000 }), fc.nat({ max: 1_000_000_000 }));
const seconds = fc.double({ min: 0, max: 100_000, noNaN: true });
const milliseconds = fc.double({ min: 0, max: 1e6, noNaN: true });

const requests: fc.Arbitrary<RequestCounts> = fc
  .record({
    correct: count,
    wrong: count,
    excused: count,
    failed: count,
  })
  .map((counts) => ({
    due: counts.correct + counts.wrong + counts.excused + counts.failed,
    ...counts,
  }));

const latency: fc.Arbitrary<Latency> = fc.record({
  mean: milliseconds,
  p50: milliseconds,
  p90: milliseconds,
  p99: milliseconds,
  p999: milliseconds,
  max: milliseconds,
});

const throughput: fc.Arbitrary<Throughput> = fc.record({
  requestsPerSecond: fc.double({ min: 0, max: 1e6, noNaN: true }),
  bytesPerSecond: fc.double({ min: 0, max: 1e11, noNaN: true }),
});

const effort: fc.Arbitrary<Effort> = fc.record({
  attempts: count,
  failedAttempts: count,
  duplicateImages: count,
  duplicateBytes: count,
});

const measures = { requests, latencyMs: fc.option(latency), throughput, effort };

const groups: fc.Arbitrary<GroupResult[]> = fc.array(fc.record({ name: text, ...measures }), {
  maxLength: 3,
});

const phase: fc.Arbitrary<PhaseResult> = fc.record({
  name: text,
  measured: fc.boolean(),
  complete: fc.boolean(),
  seconds,
  ...measures,
  groups,
});

const expectation: fc.Arbitrary<ExpectationResult> = fc.record({
  text: fc.string({ maxLength: 120 }),
  holds: fc.boolean(),
  measured: fc.option(fc.double({ min: 0, max: 1e12, noNaN: true })),
  bound: fc.option(fc.double({ min: 0, max: 1e12, noNaN: true })),
  shown: fc.constantFrom('99.8%', '1.2 ms', 'not measured'),
  broken: fc.option(
    fc.record({
      seconds: fc.option(seconds),
      phase: fc.option(text),
      phaseSeconds: fc.option(seconds),
      text,
    }),
  ),
  line: fc.integer({ min: 1, max: 10_000 }),
  file: fc.option(text),
});

const bucket: fc.Arbitrary<SeriesBucket> = fc.record({
  due: count,
  correct: count,
  wrong: count,
  excused: count,
  failed: count,
  bytes: count,
  p50Ms: fc.option(milliseconds),
  p99Ms: fc.option(milliseconds),
});

const badRequest: fc.Arbitrary<BadRequest> = fc.record({
  class: fc.constantFrom('wrong', 'failed'),
  request: count,
  phase: text,
  peer: text,
  image: text,
  dueSeconds: seconds,
  why: text,
});

const tellingRequest: fc.Arbitrary<TellingRequest> = fc.record({
  class: fc.constantFrom('wrong', 'failed', 'slow'),
  request: count,
  phase: text,
  peer: text,
  image: text,
  dueSeconds: seconds,
  endSeconds: fc.option(seconds),
  outcome: fc.option(fc.constantFrom('found', 'not-found')),
  asked: fc.array(fc.record({ peer: text, outcome: text }), { maxLength: 8 }),
  why: text,
});

/** Results that no run would give, but all of the right shape. */
export const arbitraryResult: fc.Arbitrary<Result> = fc.record({
  version: fc.constant(1 as const),
  verdict: fc.constantFrom('pass', 'fail', 'harness-bound', 'error'),
  reasons: fc.array(text, { maxLength: 30 }),
  scenario: text,
  scenarioDigest: fc.constant(PASSING.scenarioDigest),
  file: text,
  cell: fc.option(
    fc.record({
      number: fc.integer({ min: 1, max: 1000 }),
      of: fc.integer({ min: 1, max: 1000 }),
      values: fc.dictionary(text, text, { maxKeys: 3 }),
    }),
  ),
  runner: fc.constantFrom('loopback', 'virtual', 'processes'),
  seed: fc.maxSafeNat(),
  peers: fc.nat({ max: 100_000 }),
  wallSeconds: seconds,
  runSeconds: seconds,
  simulatedSeconds: fc.option(seconds),
  ...measures,
  groups,
  discovery: fc.record({
    complete: fc.boolean(),
    seconds: fc.option(seconds),
    messages: count,
    healedSeconds: fc.option(seconds),
    reachedPairs: count,
    pairs: count,
    knowablePairs: count,
    secondsTo: fc.record({
      '50': fc.option(seconds),
      '90': fc.option(seconds),
      '99': fc.option(seconds),
      '100': fc.option(seconds),
    }),
    components: count,
    largestComponent: count,
    stale: count,
  }),
  phases: fc.array(phase, { maxLength: 6 }),
  expectations: fc.array(expectation, { maxLength: 6 }),
  always: fc.array(
    fc.record({ text, holds: fc.boolean(), reasons: fc.array(text, { maxLength: 3 }) }),
    { maxLength: 5 },
  ),
  faults: fc.array(fc.record({ text, startSeconds: seconds, endSeconds: fc.option(seconds) }), {
    maxLength: 30,
  }),
  perPeer: fc.constant(PASSING.perPeer),
  badRequests: fc.array(badRequest, { maxLength: 8 }),
  tellingRequests: fc.array(tellingRequest, { maxLength: 3 }),
  leftBehind: fc.option(fc.array(text, { maxLength: 3 })),
  series: fc.record({
    bucketSeconds: fc.double({ min: 0.1, max: 10_000, noNaN: true }),
    buckets: fc.oneof(
      fc.array(bucket, { maxLength: 4 }),
      fc.array(bucket, { minLength: 100, maxLength: 240 }),
    ),
  }),
  harness: fc.record({
    lagMs: fc.option(fc.record({ p50: milliseconds, p99: milliseconds, max: milliseconds })),
    peakOpenRequests: count,
    bounds: fc.array(
      fc.record({
        kind: fc.constantFrom('lag', 'processor', 'machine', 'files', 'requests'),
        phase: fc.option(text),
        text,
      }),
      { maxLength: 3 },
    ),
  }),
  memory: fc.record({ peakRssBytes: count }),
  virtual: fc.option(
    fc.record({
      events: count,
      eventsPerSecond: fc.double({ min: 0, max: 1e9, noNaN: true }),
      traceHash: fc.stringMatching(/^[0-9a-f]{16}$/),
    }),
  ),
  environment: fc.constant(PASSING.environment),
});
