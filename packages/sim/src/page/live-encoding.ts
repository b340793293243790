/**
 * What a page is told while the run goes on. Three sorts of pieces, each in base64: what is known beforehand;
 * what has changed in the network since the piece before, so that no piece is long; and all that is short
 * anyway, as it is now. The bounds are narrower than those of a finished page, as this is done again and again
 * beside peers that are measured.
 */
import { movingHead, pack, standingHead, type PageBounds, type PageFacts } from './encoding.ts';
import { notesOf } from './left-out.ts';
import type { PageRecorder } from './recorder.ts';
import { networkColumns, peerColumns, requestColumns } from './tables.ts';

/** How much comes with a piece. */
const BOUNDS: PageBounds = { requests: 1_000, peers: 1_000, bytes: Infinity };

/** So many changes of the network go into a piece, the others into the next ones. */
const MOST_CHANGES = 8_000;

/** It goes no further than this machine, so that time counts for more than size. */
const LEVEL = 1;

const WHILE_IT_RUNS =
  'The run goes on: the list has the latest requests, and the first of those that went wrong or failed. It will be complete when the run is over.';

/** How far the changes of the network have been told. */
export interface ToldChanges {
  readonly states: number;
  readonly links: number;
}

/** What is known before the run. */
export function encodeBeginning(recorder: PageRecorder, facts: PageFacts): string {
  const head = { ...standingHead(recorder, facts, BOUNDS), isRunning: true };
  return textOf(pack(head, [], LEVEL));
}

/** What has changed in the network since; null: nothing has. */
export function encodeChanges(
  { network }: PageRecorder,
  { states, links }: ToldChanges,
): { readonly data: string; readonly told: ToldChanges } | null {
  const changes = network.changes.slice(states, states + MOST_CHANGES);
  const linkChanges = network.linkChanges.slice(links, links + MOST_CHANGES);
  if (changes.length + linkChanges.length === 0) return null;
  const told = { states: states + changes.length, links: links + linkChanges.length };
  return { data: textOf(pack({}, networkColumns({ changes, linkChanges }), LEVEL)), told };
}

/** Figures, peers and the latest requests as they are now. */
export function encodeNow(recorder: PageRecorder): string {
  const rows = recorder.requests.latest(BOUNDS.requests);
  const notes = notesOf(recorder, { rows, attemptsOf: 1, peers: BOUNDS.peers });
  const head = { ...movingHead(recorder, BOUNDS), leftOut: [WHILE_IT_RUNS, ...notes] };
  const columns = [...peerColumns(recorder, BOUNDS.peers), ...requestColumns(rows, () => true)];
  return textOf(pack(head, columns, LEVEL));
}

/** Bytes as base64, which goes through texts of all sorts. */
export function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
