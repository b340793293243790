import { displaySafe } from '@imagemesh/peer';
import type {
  AllEnded,
  JournalEvent,
  PeerCounts,
  RequestDone,
  RequestDue,
} from '../journal/event.ts';
import { showFigure, showNumber } from '../result/show-figure.ts';
import { kindOf, tellPiece, type MessageKind } from './message.ts';
import type { Names } from './names.ts';
import type { Scene } from './tracker.ts';

/** What a line is about, for its colour. */
export type Tone = MessageKind | 'connection' | 'trouble' | 'mesh' | 'phase' | 'request' | 'lab';

/** An event in words. */
export interface Telling {
  readonly tone: Tone;
  /** `peer-3`, `peer-3 → peer-7`, or nothing where it is nobody's. */
  readonly who: string;
  readonly what: string;
}

/** Puts an event into words that are safe to print. */
export function tell(scene: Scene, names: Names): Telling {
  return scene.connection === null ? tellRun(scene, names) : tellWire(scene, names);
}

function tellWire({ event, connection, piece }: Scene, names: Names): Telling {
  const { caller, callee } = connection!;
  const way = arrow(names, caller.peer, callee.peer);
  switch (event.kind) {
    case 'dial':
      return { tone: 'connection', who: way, what: 'dials' };
    case 'open':
      return { tone: 'connection', who: way, what: 'connected' };
    case 'close': {
      const across = connection!.across(connection!.sideOf(event.peer));
      const tone = event.cause === 'end' ? 'connection' : 'trouble';
      return {
        tone,
        who: arrow(names, event.peer, across.peer),
        what: `closes (${displaySafe(event.cause)})`,
      };
    }
    default: {
      const { from, to } = piece!;
      const isSilent = piece!.event.length === 0;
      return {
        tone: isSilent ? 'connection' : kindOf(from.words),
        who: arrow(names, from.peer, to.peer),
        what: tellPiece(piece!, connection!, names),
      };
    }
  }
}

function tellRun({ event, due }: Scene, names: Names): Telling {
  switch (event.kind) {
    case 'due':
      return { tone: 'request', who: names.peer(event.peer), what: tellDue(event, names) };
    case 'done': {
      const who = due === null ? '' : names.peer(due.peer);
      return {
        tone: isGood(event, due, names) ? 'request' : 'trouble',
        who,
        what: tellDone(event, due, names),
      };
    }
    case 'phase-start':
      return { tone: 'phase', who: '', what: `phase ${names.phase(event.phase)} starts` };
    case 'phase-end': {
      const how = event.isComplete ? 'ends' : 'is cut: what it waited for did not come';
      return { tone: 'phase', who: '', what: `phase ${names.phase(event.phase)} ${how}` };
    }
    case 'fault-begins':
    case 'fault-ends': {
      const how = event.kind === 'fault-begins' ? 'begins' : 'is over';
      return { tone: 'trouble', who: '', what: `fault ${how}: ${names.fault(event.fault)}` };
    }
    default:
      return tellPeer(event, names);
  }
}

function tellPeer(event: JournalEvent, names: Names): Telling {
  const who = 'peer' in event ? names.peer(event.peer) : '';
  switch (event.kind) {
    case 'peer-up':
      return { tone: 'mesh', who, what: `is up at ${displaySafe(event.address)}` };
    case 'peer-down':
      return {
        tone: event.isPlanned ? 'mesh' : 'trouble',
        who,
        what: `is down: ${displaySafe(event.how)}`,
      };
    case 'left-behind':
      return { tone: 'trouble', who, what: `left behind: ${displaySafe(event.what)}` };
    case 'all-ended':
      return { tone: 'lab', who, what: tellEnd(event) };
    case 'peer-paused':
      return { tone: 'mesh', who, what: 'stands still' };
    case 'peer-resumed':
      return { tone: 'mesh', who, what: 'goes on' };
    case 'reached':
      return { tone: 'mesh', who, what: `reached ${names.peer(event.other)}` };
    case 'lost':
      return { tone: 'trouble', who, what: `lost ${names.peer(event.other)}` };
    case 'counts':
      return { tone: 'lab', who, what: tellCounts(event) };
    case 'alarm':
      return { tone: 'lab', who, what: 'its alarm rings' };
    case 'harness': {
      const late = showFigure('time', event.lagUs);
      return {
        tone: 'lab',
        who,
        what: `the lab: ${showFigure('bytes', event.rssBytes)} of memory, late by ${late}`,
      };
    }
    default:
      return { tone: 'lab', who, what: event.kind };
  }
}

/** `request 12 due: peer-3 wants cat.png`. */
export function tellDue({ request, peer, image }: RequestDue, names: Names): string {
  return `request ${request} due: ${names.peer(peer)} wants ${names.image(image)}`;
}

/** `request 12 done: found, 41,896 bytes from peer-7 after 3.2 ms, correct hash yes`. */
export function tellDone(done: RequestDone, due: RequestDue | null, names: Names): string {
  const { request, outcome, from, sizeBytes, attempts } = done;
  const after = due === null ? '' : ` after ${showFigure('time', done.atUs - due.atUs)}`;
  const head = `request ${request} done: ${displaySafe(outcome)}`;
  if (outcome !== 'found') {
    const peers = attempts.length === 1 ? 'peer' : 'peers';
    const asked = attempts.length === 0 ? '' : `, asked ${showNumber(attempts.length)} ${peers}`;
    return `${head}${after}${asked}`;
  }
  const hash = isGood(done, due, names) ? 'yes' : 'no';
  const source = from < 0 ? '' : ` from ${names.peer(from)}`;
  return `${head}, ${showNumber(sizeBytes)} bytes${source}${after}, correct hash ${hash}`;
}

/** Found with the right bytes; and whatever else an answer may be, that is for the checks to judge. */
function isGood(done: RequestDone, due: RequestDue | null, names: Names): boolean {
  if (done.outcome !== 'found') return done.outcome === 'not-found';
  const image = due === null ? undefined : names.head.images[due.image];
  const isOther = image?.others?.some(({ sha256 }) => sha256 === done.sha256) ?? false;
  return isOther || image?.sha256 === done.sha256;
}

function tellEnd({ problem }: AllEnded): string {
  const how = problem === null ? '' : `; not looked for what they left: ${displaySafe(problem)}`;
  return `all peers have ended${how}`;
}

function tellCounts({ counts }: PeerCounts): string {
  const list = (one: Readonly<Record<string, number>>): string =>
    Object.entries(one)
      .map(([type, count]) => `${displaySafe(type)} ${count}`)
      .join(' ');
  return `counts: sent ${list(counts.sent)}, received ${list(counts.received)}`;
}

function arrow(names: Names, from: number, to: number): string {
  return `${names.peer(from)} → ${names.peer(to)}`;
}
