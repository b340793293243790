/**
 * What was wrong when: which peers were down or stood still, which links were not as they should be, from
 * the faults of a plan as they happened. The ground truth asks it whether a failure has an excuse.
 */
import type { JournalEvent } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';
import type { PlannedFault } from '../plan/faults.ts';
import type { Plan } from '../plan/plan.ts';
import type { LinkRule, Network } from '../scenario/scenario.ts';
import { mayTearNames } from './torn-names.ts';

/**
 * A delay that excuses nothing: it keeps nobody from answering in time, for a call and its answer take two
 * ways there and two back, and peers wait for seconds.
 */
const HARMLESS_DELAY_US = 100_000;

/** A stretch of time; the end is Infinity as long as it lasts. */
interface Span {
  readonly startUs: number;
  endUs: number;
  /** What was wrong, as part of a sentence: `was down`. */
  readonly what: string;
}

/** A fault of links while it lasts, with its ends as sets. */
interface LinkSpan extends Span {
  readonly concerns: (a: number, b: number) => boolean;
  readonly harm: LinkHarm;
}

/** What a link can do to the bytes on it, from bad to worse; a worse one does all that the others do. */
const HARMS = ['slow', 'cut-short', 'changed'] as const;

/**
 * `slow`: they come later, and all of them. `cut-short`: perhaps not all of them come, so that a name may be half
 * of what was said. `changed`: others may come.
 */
export type LinkHarm = (typeof HARMS)[number];

/** See the head of this file. */
export class Troubles implements Journal {
  readonly #plan: Plan;
  readonly #ofPeer = new Map<number, Span[]>();
  readonly #ofLinks: LinkSpan[] = [];
  /** What each fault that is under way has brought about. */
  readonly #underWay = new Map<number, Span[]>();
  readonly #lostFilesUs = new Map<number, number>();

  constructor(plan: Plan) {
    this.#plan = plan;
  }

  write(event: JournalEvent): void {
    switch (event.kind) {
      case 'peer-down':
        this.#begin(event.peer, event.atUs, 'was down');
        return;
      case 'peer-up':
        if (!event.hasFiles) this.#lostFilesUs.set(event.peer, event.atUs);
        return this.#end(event.peer, event.atUs, 'was down');
      case 'peer-paused':
        this.#begin(event.peer, event.atUs, 'stood still');
        return;
      case 'peer-resumed':
        return this.#end(event.peer, event.atUs, 'stood still');
      case 'fault-begins':
        return this.#faultBegins(event.fault, event.atUs);
      case 'fault-ends':
        for (const span of this.#underWay.get(event.fault) ?? []) span.endUs = event.atUs;
        this.#underWay.delete(event.fault);
    }
  }

  /** What was wrong with a peer at any time between two moments, as `was down`; null: nothing. */
  ofPeer(peer: number, fromUs: number, toUs: number): string | null {
    return (
      (this.#ofPeer.get(peer) ?? []).find((span) => isWithin(span, fromUs, toUs))?.what ?? null
    );
  }

  /**
   * What was wrong with the link between two peers, in either direction; null: nothing.
   * @param least what it can do at least to the bytes on it
   */
  ofLink(
    a: number,
    b: number,
    fromUs: number,
    toUs: number,
    least: LinkHarm = 'slow',
  ): string | null {
    const span = this.#ofLinks.find(
      (one) =>
        HARMS.indexOf(one.harm) >= HARMS.indexOf(least) &&
        isWithin(one, fromUs, toUs) &&
        (one.concerns(a, b) || one.concerns(b, a)),
    );
    return span?.what ?? null;
  }

  /** What kept `other` from answering `peer`: its own trouble, or that of the link between them. */
  between(
    peer: number,
    other: number,
    fromUs: number,
    toUs: number,
    least: LinkHarm = 'slow',
  ): string | null {
    return this.ofPeer(other, fromUs, toUs) ?? this.ofLink(peer, other, fromUs, toUs, least);
  }

  /** Whether a peer has come back without its images, at `atUs` or before. */
  hasLostFiles(peer: number, atUs: number): boolean {
    return (this.#lostFilesUs.get(peer) ?? Infinity) <= atUs;
  }

  #begin(peer: number, atUs: number, what: string): Span {
    const span = { startUs: atUs, endUs: Infinity, what };
    const spans = this.#ofPeer.get(peer);
    if (spans === undefined) this.#ofPeer.set(peer, [span]);
    else spans.push(span);
    return span;
  }

  #end(peer: number, atUs: number, what: string): void {
    const open = this.#ofPeer
      .get(peer)
      ?.findLast((span) => span.endUs === Infinity && span.what === what);
    if (open !== undefined) open.endUs = atUs;
  }

  #faultBegins(number: number, atUs: number): void {
    const planned = this.#plan.faults[number];
    if (planned === undefined) return;
    const spans = this.#spansOf(planned, atUs);
    if (spans.length > 0) this.#underWay.set(number, spans);
  }

  #spansOf(planned: PlannedFault, startUs: number): Span[] {
    const { action } = planned.fault;
    const { kind } = action;
    if (kind === 'disk') {
      return planned.peers.map((peer) => this.#begin(peer, startUs, 'had trouble with its disk'));
    }
    if (kind === 'clock') {
      // It is over at once; what was under way then may have run out of time.
      for (const peer of planned.peers) {
        this.#begin(peer, startUs, 'had its clock put ahead').endUs = startUs;
      }
      return [];
    }
    if (kind !== 'link' && kind !== 'partition') return [];
    const what = kind === 'link' ? 'had trouble with its link' : 'was cut off';
    const concerns = kind === 'link' ? linkOf(planned) : partitionOf(planned);
    const harm =
      action.kind === 'link' ? harmOf(action.rule, this.#plan.scenario.network) : 'cut-short';
    if (harm === null) return [];
    const span = { startUs, endUs: Infinity, what, concerns, harm };
    this.#ofLinks.push(span);
    return [span];
  }
}

function isWithin({ startUs, endUs }: Span, fromUs: number, toUs: number): boolean {
  return startUs <= toUs && endUs >= fromUs;
}

/** Null: it does nothing that a peer may fail for. */
function harmOf(rule: LinkRule, network: Network): LinkHarm | null {
  if (rule.corrupt > 0) return 'changed';
  const { cut, isReset, isHalfOpen, limitBytes, loss } = rule;
  // A stream that loses one packet after the other is given up.
  const mayEnd = cut !== null || isReset || isHalfOpen || limitBytes > 0 || loss > 0;
  // That it begins between two pieces is like jitter.
  const isNameHalved = mayTearNames(network, 0, rule.latencyUs + rule.jitterUs);
  if (mayEnd || isNameHalved) return 'cut-short';
  const isShort = rule.latencyUs + rule.jitterUs + rule.slowCloseUs <= HARMLESS_DELAY_US;
  return isShort && rule.bandwidthBytesPerSecond === 0 ? null : 'slow';
}

function linkOf({ from, to }: PlannedFault): LinkSpan['concerns'] {
  const [ofThese, toThose] = [new Set(from), new Set(to)];
  return (a, b) => ofThese.has(a) && toThose.has(b);
}

function partitionOf({ parts }: PlannedFault): LinkSpan['concerns'] {
  const partOf = new Map(
    parts.flatMap((part, index) => part.map((peer) => [peer, index] as const)),
  );
  return (a, b) => partOf.has(a) && partOf.has(b) && partOf.get(a) !== partOf.get(b);
}
