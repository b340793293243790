/**
 * The messages that matter for a failure, as a sequence diagram: walked back from it, a message matters when it
 * reached a peer that matters before that peer had its part in the failure, and so does the peer that sent it.
 */
import type { JournalEvent, RequestDue } from '../journal/event.ts';
import type { JournalHead } from '../journal/reader.ts';
import { resultOf } from '../mutate/scenario-run.ts';
import type { Plan } from '../plan/plan.ts';
import { MermaidSink } from '../replay/mermaid.ts';
import { Names } from '../replay/names.ts';
import { Tracker } from '../replay/tracker.ts';
import type { Result } from '../result/result.ts';
import { scenarioOrNull } from './candidate.ts';
import { isAbout, type FailureKind } from './failure.ts';
import type { Document } from './shrink/document.ts';
import { MOST_EVENTS } from './trial.ts';

/** Messages that are shown at most, the last ones: what was long before is seldom the reason. */
const MOST_MESSAGES = 24;

/** What peers have done beside that, the last of it. */
const MOST_NOTES = 24;

/** Until when each peer that matters does, in microseconds. */
type Cone = Map<number, number>;

/** Where a failure shows, and the connections whose messages matter for it; null: all. */
interface Start {
  readonly cone: Cone;
  readonly connections: ReadonlySet<number> | null;
}

/** A diagram of the run of a scenario that fails, for Mermaid; null: nothing of it is to be shown. */
export function failureDiagram(
  document: Document,
  failure: FailureKind,
  environment: Result['environment'],
): string | null {
  const events: JournalEvent[] = [];
  const all = { write: (event: JournalEvent): unknown => events.push(event) };
  const heads: JournalHead[] = [];
  const { result } = resultOf(scenarioOrNull(document)!, MOST_EVENTS, environment, {
    journal: all,
    wire: all,
    beforeStart: (_, plan) => heads.push(headOf(plan)),
  });
  const kept = walkedBack(events, startOf(events, failure, result));
  const sink = new MermaidSink(new Names(heads[0]!));
  const tracker = new Tracker();
  for (const event of events) {
    const scene = tracker.take(event);
    if (kept.has(event)) sink.take(scene);
  }
  return sink.isEmpty ? null : sink.finish();
}

/** Where the failure shows: at who asked, at who leaves something, or at all. */
function startOf(
  events: readonly JournalEvent[],
  failure: FailureKind,
  { badRequests, peers }: Result,
): Start {
  const endUs = events.at(-1)!.atUs;
  const bad = badRequests.find((request) => isAbout(failure, request)) ?? badRequests[0];
  for (const event of events) {
    if (bad !== undefined && event.kind === 'due' && event.request === bad.request) {
      const cone = new Map([[event.peer, endOf(events, bad.request) ?? endUs]]);
      return { cone, connections: madeBy(event, events) };
    }
    if (event.kind === 'left-behind') {
      return { cone: new Map([[event.peer, endUs]]), connections: null };
    }
  }
  const all = Array.from({ length: peers }, (_, peer) => [peer, endUs] as const);
  return { cone: new Map(all), connections: null };
}

/** The calls of a peer since its request was due; null where there are none, since an earlier search was joined. */
function madeBy({ peer, atUs }: RequestDue, events: readonly JournalEvent[]): Set<number> | null {
  const calls = events.flatMap((one) =>
    one.kind === 'dial' && one.peer === peer && one.atUs >= atUs ? [one.connection] : [],
  );
  return calls.length === 0 ? null : new Set(calls);
}

function endOf(events: readonly JournalEvent[], request: number): number | null {
  return events.find((one) => one.kind === 'done' && one.request === request)?.atUs ?? null;
}

function walkedBack(
  events: readonly JournalEvent[],
  { cone, connections }: Start,
): Set<JournalEvent> {
  const kept = new Set<JournalEvent>();
  let notes = 0;
  const messages = new Set<string>();
  const shown = new Set<number>();
  const askers = new Map(
    events.flatMap((event) => (event.kind === 'due' ? [[event.request, event.peer]] : [])),
  );
  const isIn = (peer: number | undefined, atUs: number): boolean =>
    peer !== undefined && (cone.get(peer) ?? -1) >= atUs;
  for (const event of events.toReversed()) {
    const { atUs } = event;
    const isOfWire = event.kind === 'bytes' || event.kind === 'close';
    if (isOfWire && connections?.has(event.connection) === false) continue;
    if (event.kind === 'bytes') {
      if (!isIn(event.peer, atUs)) continue;
      messages.add(`${event.connection} ${event.from}`);
      if (messages.size > MOST_MESSAGES) break;
      shown.add(event.connection);
      cone.set(event.from, Math.max(cone.get(event.from) ?? 0, event.sentUs));
      kept.add(event);
    } else if (isIn(peerOf(event, askers), atUs)) {
      if (event.kind === 'close') kept.add(event);
      else if (notes++ < MOST_NOTES) kept.add(event);
    }
  }
  for (const event of kept) {
    // The end of a connection would show its messages, too.
    if (event.kind === 'close' && !shown.has(event.connection)) kept.delete(event);
  }
  return kept;
}

/** Whom an event other than a message is about; undefined: nobody, or it is of no interest. */
function peerOf(event: JournalEvent, askers: ReadonlyMap<number, number>): number | undefined {
  switch (event.kind) {
    case 'close':
    case 'reached':
    case 'lost':
    case 'peer-down':
    case 'left-behind':
    case 'due':
      return event.peer;
    case 'done':
      return askers.get(event.request);
    default:
      return undefined;
  }
}

function headOf({ scenario, seed, peers, images, faults }: Plan): JournalHead {
  return {
    scenario: scenario.name,
    seed,
    phases: scenario.phases.map(({ name }) => name),
    peers: peers.map(({ name }) => name),
    images: images.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 })),
    imagesFrom: null,
    faults: faults.map(({ fault }) => fault.text),
  };
}
