import type {
  Latency,
  PeerResult,
  PhaseResult,
  RequestCounts,
  Result,
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
  };
}

function busyPhase(name: string, seconds: number, requests: RequestCounts): PhaseResult {
  const answered = requests.correct + requests.wrong;
  return {
    ...quietPhase(name, seconds),
    requests,
    latencyMs: latency(2.4),
    throughput: {
      requestsPerSecond: answered / seconds,
      bytesPerSecond: (answered * 66_000) / seconds,
    },
  };
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
  };
}

const steady = busyPhase('steady', 5, counts(1040));

/** A run in which all went well. */
export const PASSING: Result = {
  version: 1,
  verdict: 'pass',
  reasons: [],
  scenario: 'mesh-10',
  file: 'scenarios/mesh-10.yaml',
  runner: 'loopback',
  seed: 42,
  peers: 10,
  wallSeconds: 7.134,
  runSeconds: 6.312,
  simulatedSeconds: null,
  requests: steady.requests,
  latencyMs: steady.latencyMs,
  throughput: steady.throughput,
  discovery: { complete: true, seconds: 0.312, messages: 184, reachedPairs: 90, pairs: 90 },
  phases: [
    quietPhase('discover', 0.312),
    { ...busyPhase('warm-up', 1, counts(52)), measured: false },
    steady,
  ],
  expectations: [
    { text: 'discover.time <= 5s', holds: true, measured: 312_000, shown: '312 ms', line: 27 },
    { text: 'requests.success >= 99%', holds: true, measured: 1, shown: '100%', line: 28 },
    { text: 'requests.wrong == 0', holds: true, measured: 0, shown: '0', line: 29 },
    { text: 'steady.latency.p99 <= 250ms', holds: true, measured: 18e3, shown: '18 ms', line: 30 },
    {
      text: 'steady.throughput >= 10MB/s',
      holds: true,
      measured: 13_728_000,
      shown: '13.7 MB/s',
      line: 31,
    },
  ],
  faults: [],
  perPeer: Array.from({ length: 10 }, (_, index) => peer(index + 1, counts(104))),
  badRequests: [],
  memory: { peakRssBytes: 212_400_000 },
  virtual: null,
  environment: { imagemesh: '0.1.0', node: 'v24.21.0', system: 'linux x64' },
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
  discovery: { complete: false, seconds: null, messages: 2184, reachedPairs: 88, pairs: 90 },
  phases: [
    { ...quietPhase('discover', 10), complete: false },
    { ...busyPhase('warm-up', 1, counts(52)), measured: false },
    flaky,
    { ...quietPhase('cool-down', 0), measured: false, complete: false },
  ],
  expectations: [
    { text: 'discover.time <= 5s', holds: false, measured: null, shown: 'not measured', line: 27 },
    {
      text: 'requests.success >= 99.5%',
      holds: false,
      measured: 0.993,
      shown: '99.3%',
      line: 28,
    },
    ...PASSING.expectations.slice(3),
  ],
  badRequests: [
    {
      class: 'wrong',
      phase: 'under-partition-long',
      peer: 'peer-4',
      image: 'evil\u001b[31m\u202Egnp.jpg',
      dueSeconds: 11.204,
      why: 'the bytes that peer-7 sent are not those of the image',
    },
    ...Array.from({ length: 6 }, (_, index) => ({
      class: 'failed' as const,
      phase: 'under-partition-long',
      peer: `peer-${index + 1}`,
      image: '猫の写真.png',
      dueSeconds: 12.5 + index,
      why: 'no answer within 5s, although peer-2, which was known and up, has the image',
    })),
  ],
};

/** A run on the virtual machine. */
export const VIRTUAL: Result = {
  ...PASSING,
  runner: 'virtual',
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
  requests: counts(0),
  latencyMs: null,
  runSeconds: 0,
};
