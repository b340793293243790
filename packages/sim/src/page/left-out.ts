import { showNumber } from '../result/show-figure.ts';
import { MOST_DRAWN } from './network-record.ts';
import type { PageRecorder } from './recorder.ts';
import type { RequestRow } from './request-table.ts';

/** What the bounds of a page come to. */
export interface Bounded {
  readonly rows: readonly RequestRow[];
  readonly attemptsOf: number;
  readonly peers: number;
}

/** What a page does not have, a sentence each; whoever reads it shall not take a part for the whole. */
export function notesOf(recorder: PageRecorder, bounded: Bounded): string[] {
  return [
    ...requestNotes(recorder, bounded),
    ...peerNotes(recorder, bounded.peers),
    ...linkNotes(recorder),
    ...(recorder.faultsLeftOut > 0
      ? [`${showNumber(recorder.faultsLeftOut)} more times that faults began are not shaded.`]
      : []),
  ];
}

function requestNotes({ requests }: PageRecorder, { rows, attemptsOf }: Bounded): string[] {
  const notes: string[] = [];
  if (rows.length < requests.total) {
    notes.push(
      `The list has ${showNumber(rows.length)} of ${showNumber(requests.total)} requests: an even sample, with as many of those that went wrong or failed, and of the slowest, as there is room for. Charts, figures and the table of peers count all of them.`,
    );
  }
  if (attemptsOf > 1 && rows.length > 0) {
    const plain = attemptsOf === Infinity ? 'none' : `every ${attemptsOf}th`;
    notes.push(
      `Whom a request asked is kept for those that went wrong or failed, the slowest, and of the others for ${plain}.`,
    );
  }
  return notes;
}

function peerNotes({ names }: PageRecorder, shown: number): string[] {
  const count = names.peers.length;
  const notes: string[] = [];
  if (count > shown) {
    notes.push(`The table has the first ${showNumber(shown)} of ${showNumber(count)} peers.`);
  }
  if (count > MOST_DRAWN) {
    notes.push(
      `The network shows the first ${showNumber(MOST_DRAWN)} of ${showNumber(count)} peers.`,
    );
  }
  return notes;
}

function linkNotes({ network }: PageRecorder): string[] {
  const notes: string[] = [];
  if (network.known.some((count) => count > network.linksEach)) {
    notes.push(
      `The network shows of each peer the first ${showNumber(network.linksEach)} that it reached; the counts are of all.`,
    );
  }
  for (const [what, untilUs] of [
    ['Peers that come and go', network.changesUntilUs],
    ['Links', network.linkChangesUntilUs],
  ] as const) {
    if (untilUs === null) continue;
    notes.push(
      `${what} are shown until ${showNumber(untilUs / 1e6, 3)} s, and then stay as they were.`,
    );
  }
  return notes;
}
