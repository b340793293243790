import type {
  Effort,
  ExpectationResult,
  GroupResult,
  Latency,
  PeerResult,
  PhaseResult,
  RequestCounts,
  Result,
  SeriesBucket,
} from '../../src/result/result.ts';

/** Counts that add up; what is not given was correct. */
export function counts(
  due: number,
  bad: { readonly wrong?: number; readonly excused?: number; readonly failed?: number } = {},
): RequestCounts {
  const { wrong = 0, excused = 0, failed = 0 } = bad;
  return { due, correct: due - wrong - excused - failed, wrong, excused, failed };
}

function latency(p50: number): Latency {
  return { mean: p50 * 1.3, p50, p90: p50 * 3, p99: p50 * 7.5, p999: p50 * 21, max: p50 * 22.25 };
}

/** Each request asked one peer and a quarter, and one in ten brought an image for a second time. */
function effortFor(due: number): Effort {
  const duplicateImages = Math.floor(due / 10);
  return {
    attempts: Math.floor(due * 1.25),
    failedAttempts: Math.floor(due / 100),
    duplicateImages,
    duplicateBytes: duplicateImages * 66_000,
  };
}

/** Half a second in which so many requests were due and answered. */
function bucket(due: number): SeriesBucket {
  const times = due === 0 ? { p50Ms: null, p99Ms: null } : { p50Ms: 2.4, p99Ms: 18 };
  return { ...counts(due), bytes: due * 66_000, ...times };
}

/** A phase in which nothing is asked. */
function quietPhase(name: string, seconds: number): PhaseResult {
  return {
    name,
    measured: true,
    complete: true,
    seconds,
    requests: counts(0),
    latencyMs: null,
    throughput: { requestsPerSecond: 0, bytesPerSecond: 0 },
    effort: effortFor(0),
    groups: [group(counts(0), null, { requestsPerSecond: 0, bytesPerSecond: 0 })],
  };
}

function group(
  requests: RequestCounts,
  latencyMs: Latency | null,
  throughput: GroupResult['throughput'],
): GroupResult {
  return { name: 'peer', requests, latencyMs, throughput, effort: effortFor(requests.due) };
}

function busyPhase(name: string, seconds: number, requests: RequestCounts): PhaseResult {
  const answered = requests.correct + requests.wrong;
  const latencyMs = latency(2.4);
  const throughput = {
    requestsPerSecond: answered / seconds,
    bytesPerSecond: (answered * 66_000) / seconds,
  };
  const groups = [group(requests, latencyMs, throughput)];
  const effort = effortFor(requests.due);
  return { ...quietPhase(name, seconds), requests, latencyMs, throughput, effort, groups };
}

function peer(number: number, requests: RequestCounts): PeerResult {
  return {
    name: `peer-${number}`,
    group: 'peer',
    address: `127.0.0.1:${5000 + number}`,
    known: 9,
    requests,
    sent: { HELLO: 12, PEERS: 12, GET: requests.due },
    received: { HELLO: 12, PEERS: 12, GET: 100 },
    bytesSent: requests.due * 66_000,
    bytesReceived: requests.due * 66_000,
  };
}

/** An expectation that is met. */
export function line(
  number: number,
  text: string,
  measured: number | null,
  bound: number,
  shown: string,
): ExpectationResult {
  return { text, holds: true, measured, bound, shown, broken: null, line: number, file: null };
}

const steady = busyPhase('steady', 5, counts(1040));

const ALWAYS = ['every phase comes to its end', 'no answer is wrong', 'no peer crashes'];

/** A run in which all went well. */
export const PASSING: Result = {
  version: 1,
  verdict: 'pass',
  reasons: [],
  scenario: 'mesh-10',
  scenarioDigest: 'd16e57'.padEnd(64, '0'),
  file: 'scenarios/mesh-10.yaml',
  cell: null,
  runner: 'loopback',
  seed: 42,
  peers: 10,
  wallSeconds: 7.134,
  runSeconds: 6.312,
  simulatedSeconds: null,
  requests: steady.requests,
  latencyMs: steady.latencyMs,
  throughput: steady.throughput,
  effort: steady.effort,
  groups: steady.groups,
  discovery: {
    complete: true,
    seconds: 0.312,
    messages: 184,
    healedSeconds: null,
    reachedPairs: 90,
    pairs: 90,
    knowablePairs: 90,
    secondsTo: { 50: 0.08, 90: 0.2, 99: 0.312, 100: 0.312 },
    components: 1,
    largestComponent: 10,
    stale: 0,
  },
  phases: [
    quietPhase('discover', 0.312),
    { ...busyPhase('warm-up', 1, counts(52)), measured: false },
    steady,
  ],
  expectations: [
    line(27, 'discover.time <= 5s', 312_000, 5e6, '312 ms'),
    line(28, 'requests.success >= 99%', 1, 0.99, '100%'),
    line(29, 'requests.wrong == 0', 0, 0, '0'),
    line(30, 'steady.latency.p99 <= 250ms', 18e3, 250e3, '18 ms'),
    line(31, 'steady.throughput >= 10MB/s', 13_728_000, 10e6, '13.7 MB/s'),
  ],
  always: ALWAYS.map((text) => ({ text, holds: true, reasons: [] })),
  faults: [],
  perPeer: Array.from({ length: 10 }, (_, index) => peer(index + 1, counts(104))),
  badRequests: [],
  tellingRequests: [],
  series: {
    bucketSeconds: 0.5,
    buckets: [0, 26, 26, 50, 100, 104, 110, 120, 104, 104, 104, 108, 104, 32].map(bucket),
  },
  harness: { lagMs: { p50: 0.4, p99: 2.1, max: 3.2 }, peakOpenRequests: 12, bounds: [] },
  leftBehind: [],
  memory: { peakRssBytes: 212_400_000 },
  virtual: null,
  environment: {
    imagemesh: '0.1.0',
    node: 'v24.21.0',
    system: 'linux x64',
    processor: 'CPU × 2',
    startedAt: '2026-11-23T09:16:40.000Z',
  },
};

const flaky = busyPhase(
  'under-partition-long',
  5,
  counts(1040, { wrong: 3, excused: 40, failed: 4 }),
);

/** The same run gone wrong in every way that has a place in the report. */
export const FAILING: Result = {
  ...PASSING,
  verdict: 'fail',
  reasons: [
    '3 requests got wrong answers.',
    'The phase cool-down was cut by the timeout of 60s before 4 peers had been reached again.',
    '2 expectations are not met.',
  ],
  requests: flaky.requests,
  latencyMs: flaky.latencyMs,
  throughput: flaky.throughput,
  effort: flaky.effort,
  groups: flaky.groups,
  discovery: {
    complete: false,
    seconds: null,
    messages: 2184,
    healedSeconds: null,
    reachedPairs: 88,
    pairs: 90,
    knowablePairs: 90,
    secondsTo: { 50: 0.08, 90: 0.2, 99: null, 100: null },
    components: 2,
    largestComponent: 7,
    stale: 4,
  },
  phases: [
    { ...quietPhase('discover', 10), complete: false },
    { ...busyPhase('warm-up', 1, counts(52)), measured: false },
    flaky,
    { ...quietPhase('cool-down', 0), measured: false, complete: false },
  ],
  expectations: [
    {
      ...line(27, 'discover.time <= 5s', null, 5e6, 'not measured'),
      holds: false,
      broken: {
        seconds: 5,
        phase: 'discover',
        phaseSeconds: 5,
        text: 'not reached by 5 s (discover + 5 s)',
      },
    },
    {
      ...line(28, 'requests.success >= 99.5%', 0.993, 0.995, '99.3%'),
      holds: false,
      broken: {
        seconds: 11.306,
        phase: 'under-partition-long',
        phaseSeconds: 0.306,
        text: 'broken since 11.3 s (under-partition-long + 306 ms)',
      },
    },
    ...PASSING.expectations.slice(3),
  ],
  always: [
    {
      text: ALWAYS[0]!,
      holds: false,
      reasons: [
        'The phase cool-down was cut by the timeout of 60s before 4 peers had been reached again.',
      ],
    },
    { text: ALWAYS[1]!, holds: false, reasons: ['3 requests got wrong answers.'] },
    { text: ALWAYS[2]!, holds: true, reasons: [] },
  ],
  badRequests: [
    {
      class: 'wrong',
      request: 311,
      phase: 'under-partition-long',
      peer: 'peer-4',
      image: 'evil\u001b[31m\u202Egnp.jpg',
      dueSeconds: 11.204,
      why: 'the bytes that peer-7 sent are not those of the image',
    },
    ...Array.from({ length: 6 }, (_, index) => ({
      class: 'failed' as const,
      request: 400 + index,
      phase: 'under-partition-long',
      peer: `peer-${index + 1}`,
      image: '猫の写真.png',
      dueSeconds: 12.5 + index,
      why: 'no answer within 5s, although peer-2, which was known and up, has the image',
    })),
  ],
  tellingRequests: [
    {
      class: 'wrong',
      request: 311,
      phase: 'under-partition-long',
      peer: 'peer-4',
      image: 'evil\u001b[31m\u202Egnp.jpg',
      dueSeconds: 11.204,
      endSeconds: 11.306,
      outcome: 'found',
      asked: [
        { peer: 'peer-2', outcome: 'not-found' },
        { peer: 'peer-7', outcome: 'found' },
      ],
      why: 'the bytes that peer-7 sent are not those of the image',
    },
    {
      class: 'failed',
      request: 400,
      phase: 'under-partition-long',
      peer: 'peer-1',
      image: '猫の写真.png',
      dueSeconds: 12.5,
      endSeconds: null,
      outcome: null,
      asked: [],
      why: 'no answer within 5s, although peer-2, which was known and up, has the image',
    },
  ],
};

/** A run on the virtual machine. */
export const VIRTUAL: Result = {
  ...PASSING,
  runner: 'virtual',
  harness: { lagMs: { p50: 0, p99: 0, max: 0 }, peakOpenRequests: 12, bounds: [] },
  wallSeconds: 0.483,
  simulatedSeconds: 6.312,
  virtual: { events: 210_432, eventsPerSecond: 488_372, traceHash: '9f86d081884c7d65' },
};

/** A run that never began. */
export const ERROR: Result = {
  ...PASSING,
  verdict: 'error',
  reasons: ['peer-3 did not start: port 5003 is in use.'],
  phases: [],
  expectations: [],
  always: [],
  requests: counts(0),
  latencyMs: null,
  runSeconds: 0,
};
