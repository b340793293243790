/**
 * A page's data as bytes: the length of the head (4 bytes, the lowest first), the head as JSON, the columns;
 * all of it deflated.
 */
import { deflateRawSync } from 'node:zlib';
import { columnBytes, columnHead, type Column } from './columns.ts';
import type { MovingHead, PageHead, PageResult, PageSource, StandingHead } from './page-data.ts';
import type { PageRecorder } from './recorder.ts';
import { slowestUs, type RequestRow } from './request-table.ts';
import { networkColumns, peerColumns, requestColumns } from './tables.ts';
import { notesOf } from './left-out.ts';

/** What is known of a run beside what was recorded. */
export interface PageFacts {
  readonly runner: string | null;
  readonly result: PageResult | null;
  readonly sources: readonly PageSource[];
  /** What else the page must say of itself. */
  readonly notes?: readonly string[];
}

/** How much may come with a page. */
export interface PageBounds {
  readonly requests: number;
  readonly peers: number;
  /** Of the deflated data. */
  readonly bytes: number;
}

/** What a page on disk may have: with base64, the viewer and its licences it stays below 1.5 MB. */
export const PAGE_BOUNDS: PageBounds = { requests: 100_000, peers: 10_000, bytes: 1_000_000 };

/** Images with higher numbers have no name on the page. */
const MOST_IMAGE_NAMES = 20_000;

/** What is tried one after the other until the data is small enough. */
const TRIES: readonly { readonly share: number; readonly attemptsOf: number }[] = [
  { share: 1, attemptsOf: 1 },
  { share: 1, attemptsOf: 4 },
  { share: 1, attemptsOf: Infinity },
  { share: 0.5, attemptsOf: Infinity },
  { share: 0.25, attemptsOf: Infinity },
  { share: 0.05, attemptsOf: Infinity },
  { share: 0, attemptsOf: Infinity },
];

/** Encodes what was recorded, within the bounds; the page says what they left out. */
export function encodePage(
  recorder: PageRecorder,
  facts: PageFacts,
  bounds: PageBounds = PAGE_BOUNDS,
): Uint8Array {
  let bytes = new Uint8Array();
  for (const { share, attemptsOf } of TRIES) {
    const rows = recorder.requests.rows(Math.floor(bounds.requests * share));
    const slowUs = slowestUs(rows);
    const hasAttempts = (row: RequestRow): boolean =>
      attemptsOf === 1 ||
      row.number % attemptsOf === 0 ||
      row.isTelling ||
      (row.tookUs ?? 0) > slowUs;
    const columns = [
      ...peerColumns(recorder, bounds.peers),
      ...networkColumns(recorder.network),
      ...requestColumns(rows, hasAttempts),
    ];
    const leftOut = notesOf(recorder, { rows, attemptsOf, peers: bounds.peers });
    bytes = pack(headOf(recorder, facts, bounds, leftOut), columns);
    if (bytes.length <= bounds.bytes) return bytes;
  }
  return bytes;
}

function headOf(
  recorder: PageRecorder,
  facts: PageFacts,
  bounds: PageBounds,
  leftOut: readonly string[],
): PageHead {
  const { notes = [] } = facts;
  return {
    ...standingHead(recorder, facts, bounds),
    ...movingHead(recorder, bounds),
    leftOut: [...notes, ...leftOut],
  };
}

/** What of a head is known before a run, and does not change. */
export function standingHead(
  { names }: PageRecorder,
  { runner, result, sources }: PageFacts,
  { peers }: PageBounds,
): StandingHead {
  return {
    version: 1,
    ...{ runner, result, sources },
    isRunning: false,
    scenario: names.scenario,
    seed: names.seed,
    groups: names.groups,
    peerCount: names.peers.length,
    peers: names.peers.slice(0, peers).map(({ name }) => name),
    images: names.images.slice(0, MOST_IMAGE_NAMES),
  };
}

/** What of it comes about while the run goes on. */
export function movingHead(recorder: PageRecorder, { peers }: PageBounds): MovingHead {
  const { endUs, network, requests } = recorder;
  return {
    endUs,
    phases: recorder.phases,
    addresses: recorder.peers.addresses.slice(0, peers),
    outcomes: requests.outcomes.words(),
    whys: requests.whys.words(),
    faults: recorder.faults,
    series: recorder.series.result(endUs),
    bands: recorder.series.bands(),
    latency: recorder.latencies.bins(),
    state: network.overTime.result(endUs),
  };
}

/**
 * A head and columns in one piece: the length of the head, the head, the columns, deflated. `level`: how much
 * work is put into making it small, as zlib counts.
 */
export function pack(
  head: Partial<PageHead>,
  columns: readonly Column[],
  level = 6,
): Uint8Array<ArrayBuffer> {
  const json = Buffer.from(JSON.stringify({ head, columns: columns.map(columnHead) }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Uint8Array.from(
    deflateRawSync(Buffer.concat([length, json, ...columns.map(columnBytes)]), { level }),
  );
}
