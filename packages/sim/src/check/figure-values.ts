import type {
  Effort,
  GroupResult,
  HarnessResult,
  Latency,
  PeerResult,
  PhaseResult,
  RequestCounts,
  Result,
} from '../result/result.ts';
import { findFigure } from '../scenario/figures.ts';

/** What figures are taken from: a result that is complete but for its verdict. */
export type Measured = Pick<
  Result,
  | 'requests'
  | 'latencyMs'
  | 'throughput'
  | 'effort'
  | 'groups'
  | 'discovery'
  | 'phases'
  | 'perPeer'
  | 'leftBehind'
  | 'harness'
  | 'memory'
>;

/** What each peer asked in each phase, by number; null for phases in which nobody looked at single peers. */
export type PeerCounts = readonly (readonly RequestCounts[] | null)[];

/** Where a figure is taken: null for the whole run, for all groups, for all peers together. */
export interface Part {
  readonly phase: PhaseResult | null;
  readonly group: string | null;
  /** Its number in `perPeer`. */
  readonly peer: number | null;
}

/**
 * The figure in its base unit. Null when it could not be taken; undefined when there was nothing to take
 * it of: nothing was asked, or the program does not tell.
 */
export function figureOf(
  figure: string,
  part: Part,
  measured: Measured,
  ofPeers: PeerCounts,
): number | null | undefined {
  const { phase } = part;
  if (figure === 'time') return phase?.complete ? phase.seconds * 1e6 : null;
  if (/^(known$|messages\.|bytes\.)/.test(figure)) return ofMembers(figure, part, measured);
  if (!/^(requests|latency|throughput|attempts|duplicate)\b/.test(figure))
    return ofRun(figure, measured);
  const asked = askedIn(part, measured, ofPeers);
  if (asked === null) return null;
  if (findFigure(figure)!.needsRequests && asked.requests.due === 0) return undefined;
  return ofRequests(figure, asked);
}

/** Figures of the run as a whole. */
const OF_RUN: Readonly<Record<string, (measured: Measured) => number | null>> = {
  'discovery.complete': ({ discovery }) => (discovery.complete ? 1 : 0),
  'discovery.time': ({ discovery }) => inMicroseconds(discovery.seconds),
  'discovery.time50': ({ discovery }) => inMicroseconds(discovery.secondsTo[50]),
  'discovery.time90': ({ discovery }) => inMicroseconds(discovery.secondsTo[90]),
  'discovery.time99': ({ discovery }) => inMicroseconds(discovery.secondsTo[99]),
  'discovery.time100': ({ discovery }) => inMicroseconds(discovery.secondsTo[100]),
  'healed.discovery.time': ({ discovery }) => inMicroseconds(discovery.healedSeconds),
  'discovery.messages': ({ discovery }) => discovery.messages,
  'discovery.reached': ({ discovery: { pairs, reachedPairs } }) =>
    pairs === 0 ? 1 : reachedPairs / pairs,
  'discovery.components': ({ discovery }) => discovery.components,
  'discovery.largest': ({ discovery }) => discovery.largestComponent,
  'discovery.stale': ({ discovery }) => discovery.stale,
  'left.behind': ({ leftBehind }) => leftBehind?.length ?? null,
  'harness.lag.p50': ({ harness }) => lagUs(harness, 'p50'),
  'harness.lag.p99': ({ harness }) => lagUs(harness, 'p99'),
  'harness.lag.max': ({ harness }) => lagUs(harness, 'max'),
  'harness.openRequests': ({ harness }) => harness.peakOpenRequests,
  'memory.peakRss': ({ memory }) => memory.peakRssBytes,
};

function ofRun(figure: string, measured: Measured): number | null {
  const take = OF_RUN[figure];
  if (take === undefined) throw new Error(`no value for the figure ${figure}`);
  return take(measured);
}

function lagUs({ lagMs }: HarnessResult, which: 'p50' | 'p99' | 'max'): number | null {
  return lagMs === null ? null : lagMs[which] * 1e3;
}

function inMicroseconds(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1e6;
}

/** What peers tell of themselves at the end; those that do not tell are left out. */
function ofMembers(
  figure: string,
  { group, peer }: Part,
  { perPeer }: Measured,
): number | undefined {
  const members =
    peer === null
      ? perPeer.filter((one) => group === null || one.group === group)
      : perPeer.slice(peer, peer + 1);
  const told = members.flatMap((one) => memberFigure(figure, one) ?? []);
  return told.length === 0 ? undefined : told.reduce((sum, one) => sum + one);
}

function memberFigure(figure: string, peer: PeerResult): number | null {
  const [head, way, type] = figure.split('.');
  if (head === 'known') return peer.known;
  if (head === 'bytes') return way === 'sent' ? peer.bytesSent : peer.bytesReceived;
  const messages = way === 'sent' ? peer.sent : peer.received;
  if (messages === null) return null;
  if (type !== undefined) return messages[type.toUpperCase()] ?? 0;
  return Object.values(messages).reduce((sum, count) => sum + count, 0);
}

/** Requests of a part. Of a single peer nothing but the counts is kept. */
type Asked = Pick<GroupResult, 'requests'> & Partial<GroupResult>;

function askedIn(part: Part, measured: Measured, ofPeers: PeerCounts): Asked | null {
  const { phase, group, peer } = part;
  if (peer !== null) return askedBy(peer, phase, measured, ofPeers);
  const whole = phase ?? measured;
  if (group === null) return whole;
  return whole.groups.find((one) => one.name === group) ?? null;
}

/** Of one phase, or of all that are measured. */
function askedBy(
  peer: number,
  phase: PhaseResult | null,
  { phases }: Measured,
  ofPeers: PeerCounts,
): Asked | null {
  const wanted = phases.flatMap((one, number) =>
    (phase === null ? one.measured : one === phase) ? [ofPeers[number]?.[peer] ?? null] : [],
  );
  const counts = wanted.filter((one) => one !== null);
  if (counts.length < wanted.length) return null;
  const sum = (key: keyof RequestCounts): number =>
    counts.reduce((total, one) => total + one[key], 0);
  const requests = {
    due: sum('due'),
    correct: sum('correct'),
    wrong: sum('wrong'),
    excused: sum('excused'),
    failed: sum('failed'),
  };
  return { requests };
}

/** Which part of the effort each figure is. */
const EFFORT: Readonly<Record<string, keyof Effort>> = {
  attempts: 'attempts',
  'attempts.failed': 'failedAttempts',
  'duplicate.images': 'duplicateImages',
  'duplicate.bytes': 'duplicateBytes',
};

function ofRequests(
  figure: string,
  { requests, latencyMs, throughput, effort }: Asked,
): number | null {
  const part = EFFORT[figure];
  if (part !== undefined) return effort?.[part] ?? null;
  const [head, tail] = figure.split('.') as [string, string | undefined];
  if (head === 'throughput') return throughput?.bytesPerSecond ?? null;
  if (head === 'latency') return latencyMs ? latencyMs[tail as keyof Latency] * 1e3 : null;
  if (tail === 'rate') return throughput?.requestsPerSecond ?? null;
  if (tail === 'success') return success(requests);
  return requests[tail as keyof RequestCounts];
}

/** Share of correct ones among those that were not excused; null when there were none. */
export function success({ due, correct, excused }: RequestCounts): number | null {
  return due > excused ? correct / (due - excused) : null;
}
