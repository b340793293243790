import { nounOf, type Unit } from './units.ts';

/** What a figure is measured in, and so how the value in an expectation is written. */
export type FigureUnit = Unit | 'count' | 'flag';

/** Of whom a figure can be: of all peers together, of the peers of a group, of a single peer. */
export type FigureOwner = 'all' | 'group' | 'peer';

/** One thing that a run measures and an expectation can name. */
export interface Figure {
  readonly name: string;
  readonly unit: FigureUnit;
  /** Where it exists: for the whole run, for one phase (`steady.requests.rate`), or both. */
  readonly scope: 'run' | 'phase' | 'both';
  /** Of whom it exists; requests are those that these peers make. */
  readonly of: readonly FigureOwner[];
  /** Whether there is nothing to measure where nothing is asked. */
  readonly needsRequests: boolean;
  /** One sentence, for the reference page. */
  readonly description: string;
}

const EVERYBODY = ['all', 'group', 'peer'] as const;
const TOGETHER = ['all', 'group'] as const;

const DUE = 'from the moment each was due';

/** Types of the messages of the protocol, as figures name them. */
const MESSAGES = ['hello', 'peers', 'req', 'res', 'err'] as const;

const KNOWABLE = 'all pairs that can be known at once';

/** Every figure, in the order of the reference page. */
export const FIGURES: readonly Figure[] = [
  ...counts({
    'requests.due': 'Requests that the workload asked for.',
    'requests.correct':
      'Requests whose answer was the truth: the right bytes, or "not found" for an image that no peer has.',
    'requests.wrong': 'Requests whose answer was false: other bytes, or an invented "not found".',
    'requests.excused': 'Requests that could not succeed: no owner could be known, or none was up.',
    'requests.failed': 'Requests without an answer and without an excuse.',
  }),
  {
    name: 'requests.success',
    unit: 'share',
    scope: 'both',
    of: EVERYBODY,
    needsRequests: true,
    description: 'Share of correct requests among those that were not excused.',
  },
  {
    name: 'requests.rate',
    unit: 'rate',
    scope: 'both',
    of: TOGETHER,
    needsRequests: true,
    description: 'Correctly answered requests a second, within the phase.',
  },
  ...latencies({
    'latency.p50': `Time that half of the answered requests stayed within, ${DUE}.`,
    'latency.p90': `Time that 90% of the answered requests stayed within, ${DUE}.`,
    'latency.p99': `Time that 99% of the answered requests stayed within, ${DUE}.`,
    'latency.p999': `Time that 99.9% of the answered requests stayed within, ${DUE}.`,
    'latency.max': 'The longest time from the moment a request was due to its answer.',
    'latency.mean': 'The mean time from the moment a request was due to its answer.',
  }),
  {
    name: 'throughput',
    unit: 'bytesPerSecond',
    scope: 'both',
    of: TOGETHER,
    needsRequests: true,
    description: 'Bytes of the right images that arrived within the phase, a second.',
  },
  ...efforts({
    attempts: [
      'count',
      'Peers that were asked, over all requests; a program that does not tell whom it asks counts none.',
    ],
    'attempts.failed': [
      'count',
      'Of them, those that neither gave an image nor said that they have none: refused, cut off, too late, malformed.',
    ],
    'duplicate.images': [
      'count',
      'Right images that arrived at a peer that had them already, as an owner or fetched before.',
    ],
    'duplicate.bytes': ['bytes', 'Bytes of these images.'],
  }),
  {
    name: 'time',
    unit: 'time',
    scope: 'phase',
    of: ['all'],
    needsRequests: false,
    description: 'How long the phase took.',
  },
  ofRun('discovery.complete', 'flag', 'Whether each of our peers has reached every other peer.'),
  ofRun(
    'discovery.time',
    'time',
    'Time from the start until each of our peers had reached every other peer.',
  ),
  ...([50, 90, 99, 100] as const).map((percent) =>
    ofRun(
      `discovery.time${percent}`,
      'time',
      `Time from the start until ${percent === 100 ? KNOWABLE : `${percent}% of ${KNOWABLE}`} were known for the first time.`,
    ),
  ),
  ofRun(
    'healed.discovery.time',
    'time',
    'Time from the end of the last fault until each of our peers had reached every other peer again.',
  ),
  ofRun(
    'discovery.messages',
    'count',
    'HELLO and PEERS messages that our peers sent in the whole run.',
  ),
  ofRun(
    'discovery.reached',
    'share',
    'Share of all pairs of one of our peers and another one that were reached at the end.',
  ),
  ofRun(
    'discovery.components',
    'count',
    'Parts that our peers that are up at the end fall into, by who knows whom in either direction.',
  ),
  ofRun('discovery.largest', 'count', 'Our peers in the largest of these parts.'),
  ofRun(
    'discovery.stale',
    'count',
    'Pairs of a peer of ours that is up at the end and one that it knows although that is down.',
  ),
  {
    name: 'known',
    unit: 'count',
    scope: 'run',
    of: ['peer'],
    needsRequests: false,
    description: 'Other peers that a peer of ours had reached and not lost at the end.',
  },
  ofPeers('messages.sent', 'count', 'Messages of the protocol that our peers sent.'),
  ...MESSAGES.map((type) =>
    ofPeers(`messages.sent.${type}`, 'count', `Of them, those of the type ${type.toUpperCase()}.`),
  ),
  ofPeers('messages.received', 'count', 'Messages of the protocol that our peers received.'),
  ...MESSAGES.map((type) =>
    ofPeers(
      `messages.received.${type}`,
      'count',
      `Of them, those of the type ${type.toUpperCase()}.`,
    ),
  ),
  ofPeers('bytes.sent', 'bytes', 'Bytes of images that other peers fetched from these peers.'),
  ofPeers('bytes.received', 'bytes', 'Bytes of images that these peers fetched, right or wrong.'),
  ofRun(
    'left.behind',
    'count',
    'Peers of ours that left something behind when they had been told to end after the run.',
  ),
  ofRun(
    'harness.lag.p50',
    'time',
    'How late the timers of the lab rang at worst, taken every tenth of a second: half of these times stayed within it.',
  ),
  ofRun('harness.lag.p99', 'time', 'Likewise: 99% of these times stayed within it.'),
  ofRun(
    'harness.lag.max',
    'time',
    'Likewise: the longest of these times. All three are 0 on the virtual runner, whose clock is never late.',
  ),
  ofRun('harness.openRequests', 'count', 'The most requests that were under way at once.'),
  ofRun(
    'memory.peakRss',
    'bytes',
    'The most memory that the lab and the processes of our peers held.',
  ),
];

const BY_NAME: ReadonlyMap<string, Figure> = new Map(FIGURES.map((each) => [each.name, each]));

/** The figure with this name, without a phase; undefined when there is none. */
export function findFigure(name: string): Figure | undefined {
  return BY_NAME.get(name);
}

/** First words of all figures (`requests`, `latency` …): no phase may be called so. */
export const FIGURE_HEADS: ReadonlySet<string> = new Set(
  FIGURES.map((each) => each.name.split('.', 1).join('')),
);

/** `a duration`, `true or false`: what a message calls a value of a figure. */
export function figureNoun(unit: FigureUnit): string {
  if (unit === 'flag') return 'true or false';
  return `a ${unit === 'count' ? 'count' : nounOf(unit)}`;
}

function counts(descriptions: Readonly<Record<string, string>>): Figure[] {
  return Object.entries(descriptions).map(([name, description]) => ({
    name,
    unit: 'count',
    scope: 'both',
    of: EVERYBODY,
    needsRequests: false,
    description,
  }));
}

function latencies(descriptions: Readonly<Record<string, string>>): Figure[] {
  return Object.entries(descriptions).map(([name, description]) => ({
    name,
    unit: 'time',
    scope: 'both',
    of: TOGETHER,
    needsRequests: true,
    description,
  }));
}

function efforts(
  all: Readonly<Record<string, readonly [unit: FigureUnit, description: string]>>,
): Figure[] {
  return Object.entries(all).map(([name, [unit, description]]) => ({
    name,
    unit,
    scope: 'both',
    of: TOGETHER,
    needsRequests: false,
    description,
  }));
}

function ofPeers(name: string, unit: FigureUnit, description: string): Figure {
  return { name, unit, scope: 'run', of: EVERYBODY, needsRequests: false, description };
}

function ofRun(name: string, unit: FigureUnit, description: string): Figure {
  return { name, unit, scope: 'run', of: ['all'], needsRequests: false, description };
}
