/** The tables of a page as columns. */
import type { Column } from './columns.ts';
import type { PageRecorder } from './recorder.ts';
import type { NetworkChange, NetworkRecord } from './network-record.ts';
import type { ColumnKind, ColumnName } from './page-data.ts';
import type { RequestRow } from './request-table.ts';

/** Times are exact up to so many microseconds, then to a thousandth. */
const EXACT_BITS = 11;

/** The table of the first `count` peers. */
export function peerColumns({ names, network, peers }: PageRecorder, count: number): Column[] {
  const groups = names.peers.slice(0, count).map(({ group }) => group);
  const [correct, wrong, excused, failed] = peers.byClass as [
    ...[Int32Array, Int32Array, Int32Array, Int32Array],
  ];
  const counts = [
    ['peer.known', network.known],
    ['peer.correct', correct],
    ['peer.wrong', wrong],
    ['peer.excused', excused],
    ['peer.failed', failed],
  ] as const;
  const sums = [
    ['peer.bytesSent', peers.bytesSent],
    ['peer.bytesReceived', peers.bytesReceived],
    ['peer.messagesSent', peers.messagesSent],
    ['peer.messagesReceived', peers.messagesReceived],
  ] as const;
  return [
    { name: 'peer.group', kind: 'int', values: groups },
    { name: 'peer.state', kind: 'byte', values: network.states.subarray(0, count) },
    ...counts.map(([name, values]) => column(name, 'int', values.subarray(0, count))),
    ...sums.map(([name, values]) => column(name, 'near', values.subarray(0, count))),
  ];
}

/** The table of requests; `hasAttempts` says of which the attempts come with it. */
export function requestColumns(
  rows: readonly RequestRow[],
  hasAttempts: (row: RequestRow) => boolean,
): Column[] {
  const told = rows.filter(hasAttempts).flatMap(({ attempts }) => attempts);
  const of = (name: ColumnName, kind: ColumnKind, pick: (row: RequestRow) => number): Column => {
    // Not `Float64Array.from`, which takes twenty times as long.
    const values = new Float64Array(rows.length);
    for (let at = 0; at < rows.length; at++) values[at] = pick(rows[at]!);
    return column(name, kind, values);
  };
  return [
    of('request.number', 'near', ({ number }) => number),
    of('request.at', 'near', ({ atUs }) => atUs),
    of('request.took', 'int', ({ tookUs }) => (tookUs === null ? -1 : rounded(tookUs))),
    of('request.peer', 'int', ({ peer }) => peer),
    of('request.image', 'int', ({ image }) => image),
    of('request.from', 'int', ({ from }) => from),
    of('request.size', 'int', ({ sizeBytes }) => Math.min(sizeBytes, 2 ** 31 - 1)),
    of('request.class', 'byte', (row) => row.class),
    of('request.phase', 'int', ({ phase }) => phase),
    of('request.outcome', 'byte', ({ outcome }) => outcome),
    of('request.why', 'int', ({ why }) => why),
    of('request.attempts', 'int', (row) => (hasAttempts(row) ? row.attempts.length / 2 : -1)),
    column(
      'attempt.peer',
      'int',
      told.filter((_, i) => i % 2 === 0),
    ),
    column(
      'attempt.outcome',
      'byte',
      told.filter((_, i) => i % 2 === 1),
    ),
  ];
}

/** Changes of peers and of links, in order. */
export function networkColumns({
  changes,
  linkChanges,
}: Pick<NetworkRecord, 'changes' | 'linkChanges'>): Column[] {
  return [
    ...changeColumns('state', changes),
    ...changeColumns('link', linkChanges),
    column(
      'link.other',
      'int',
      linkChanges.map(({ other }) => other),
    ),
  ];
}

function changeColumns(table: 'state' | 'link', changes: readonly NetworkChange[]): Column[] {
  return [
    column(
      `${table}.at`,
      'near',
      changes.map(({ atUs }) => atUs),
    ),
    column(
      `${table}.peer`,
      'int',
      changes.map(({ peer }) => peer),
    ),
    column(
      `${table}.kind`,
      'byte',
      changes.map(({ kind }) => kind),
    ),
  ];
}

function column(name: ColumnName, kind: ColumnKind, values: ArrayLike<number>): Column {
  return { name, kind, values };
}

/** Digits that nobody reads would be half of the page: a time of more than 2 ms is told to a thousandth. */
function rounded(us: number): number {
  const within = Math.min(Math.max(0, Math.round(us)), 2 ** 31 - 1);
  const spare = Math.max(0, 32 - Math.clz32(within) - EXACT_BITS);
  return (within >>> spare) << spare;
}
