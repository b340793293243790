import type { JournalReader } from '../journal/reader.ts';
import { imageNameOf } from './names.ts';
import { Tracker, type Scene, type TracedConnection } from './tracker.ts';

/** What is shown; all of it must hold. */
export interface Filter {
  readonly fromUs: number;
  /** Infinity: to the end. */
  readonly toUs: number;
  /** Events that one of these peers takes part in; null: all. */
  readonly peers: ReadonlySet<number> | null;
  readonly connection: number | null;
  readonly request: TracedRequest | null;
  readonly withAlarms: boolean;
}

/** A request and the connections that were made for it. */
export interface TracedRequest {
  readonly number: number;
  readonly connections: ReadonlySet<number>;
}

/**
 * Journals of real runs are not quite in the order of time: a request that is made late has the time at
 * which it was due. Nothing is later than this.
 */
export const MOST_LATE_US = 10_000_000;

/** Whether an event is shown. Phases are, but for one connection or one request. */
export function isShown(filter: Filter, scene: Scene): boolean {
  const { event, connection } = scene;
  if (event.atUs < filter.fromUs || event.atUs > filter.toUs) return false;
  if (event.kind === 'alarm' && !filter.withAlarms) return false;
  if (filter.connection !== null && connection?.number !== filter.connection) return false;
  if (filter.request !== null && !isOfRequest(filter.request, scene)) return false;
  if (filter.peers === null) return true;
  if (event.kind === 'phase-start' || event.kind === 'phase-end') return true;
  return peersOf(scene).some((peer) => filter.peers!.has(peer));
}

/** Numbers of the peers that take part in an event; −1 for nobody. */
export function peersOf({ event, connection, due }: Scene): readonly number[] {
  if (connection !== null) return [connection.caller.peer, connection.callee.peer];
  switch (event.kind) {
    case 'reached':
    case 'lost':
      return [event.peer, event.other];
    case 'done':
      return due === null ? [event.from] : [due.peer, event.from];
    default:
      return 'peer' in event ? [event.peer] : [];
  }
}

function isOfRequest(request: TracedRequest, { event, connection }: Scene): boolean {
  if (connection !== null) return request.connections.has(connection.number);
  return (event.kind === 'due' || event.kind === 'done') && event.request === request.number;
}

/**
 * Reads the journal for one request: its connections are those that its peer dialled between due and
 * done and asked for its name on. Null when there is no such request. It takes a reading of its own,
 * since a connection is shown from its dialling, before anybody can know what it will be used for.
 */
export async function findRequest(
  reader: JournalReader,
  number: number,
): Promise<TracedRequest | null> {
  const tracker = new Tracker();
  const dialled: TracedConnection[] = [];
  let name: string | null = null;
  let peer = -1;
  let doneUs = Infinity;
  reading: for await (const events of reader.batches()) {
    for (const event of events) {
      const { connection } = tracker.take(event);
      if (event.kind === 'due' && event.request === number) {
        name = imageNameOf(reader.head, event.image);
        ({ peer } = event);
      } else if (event.kind === 'done' && event.request === number) doneUs = event.atUs;
      else if (event.kind === 'dial' && event.peer === peer && doneUs === Infinity) {
        dialled.push(connection!);
      }
      if (event.atUs > doneUs + MOST_LATE_US) break reading;
    }
  }
  if (name === null) return null;
  const asked = dialled.filter(({ caller }) => requestedName(caller.words) === name);
  return { number, connections: new Set(asked.map((one) => one.number)) };
}

/** The name in a request, or null when the bytes are none. */
export function requestedName(words: Buffer): string | null {
  // oxlint-disable-next-line no-control-regex -- a line end or a NUL ends a request
  return /^REQ: ([^\r\n\0]*)/.exec(words.toString('utf8'))?.[1] ?? null;
}
