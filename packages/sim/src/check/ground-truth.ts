/**
 * What the answers should have been. From the plan the lab knows who owns which image with which bytes;
 * from the journal, which peers each peer had reached when it asked and whom it asked. From that it says
 * of every request
 *
 *   correct   the right bytes, or not found where nobody else has the image
 *   wrong     other bytes, an owner that denied it or answered with something else on the way, or "not found" without asking an owner that it knew
 *             all the time
 *   excused   no owner among the peers that it could know (its address book was full, or the program does
 *             not tell whom it knows), or those were down
 *   failed    everything else
 *
 * Bytes are compared by hash, never by length.
 */
import type { AttemptOutcome } from '@imagemesh/peer';
import type { JournalEvent, RequestDone, RequestDue } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';
import { imageName, type Plan } from '../plan/plan.ts';

/** Answers that an owner gives whole connections for, and that are not the image. */
const FALSE_ANSWERS: ReadonlySet<AttemptOutcome> = new Set([
  'truncated',
  'empty',
  'malformed',
  'no-reply',
]);

/** How a request came out. */
export type RequestClass = 'correct' | 'wrong' | 'excused' | 'failed';

/** A request that has been judged. */
export interface Judgement {
  readonly due: RequestDue;
  /** Null: no answer came. */
  readonly done: RequestDone | null;
  readonly class: RequestClass;
  /** One sentence; empty for correct ones. */
  readonly why: string;
}

/** Judges the requests of a run as they come to their ends. */
export class GroundTruth implements Journal {
  readonly #plan: Plan;
  readonly #onJudgement: (judgement: Judgement) => void;
  readonly #known: number[][];
  readonly #open = new Map<number, { due: RequestDue; knownOwners: number[] }>();
  readonly #down = new Set<number>();

  constructor(plan: Plan, onJudgement: (judgement: Judgement) => void) {
    this.#plan = plan;
    this.#onJudgement = onJudgement;
    this.#known = plan.peers.map(() => []);
  }

  write(event: JournalEvent): void {
    switch (event.kind) {
      case 'reached':
        this.#known[event.peer]!.push(event.other);
        break;
      case 'lost':
        this.#forget(event.peer, event.other);
        break;
      case 'peer-down':
        this.#down.add(event.peer);
        break;
      case 'due':
        this.#open.set(event.request, { due: event, knownOwners: this.#ownersKnown(event) });
        break;
      case 'done':
        this.#judge(event);
        break;
    }
  }

  /** The run is over: what has no answer by now gets none. */
  finish(): void {
    for (const { due } of this.#open.values()) {
      this.#onJudgement({
        due,
        done: null,
        class: 'failed',
        why: 'no answer before the end of the run',
      });
    }
    this.#open.clear();
  }

  /** Numbers of the peers that `peer` has reached and not lost. */
  known(peer: number): readonly number[] {
    return this.#known[peer]!;
  }

  #forget(peer: number, other: number): void {
    const known = this.#known[peer]!;
    const index = known.indexOf(other);
    if (index < 0) return;
    known[index] = known.at(-1)!;
    known.pop();
    // Whoever is waiting for an answer need not ask a peer that was lost meanwhile, even if it is found
    // again before the answer comes.
    for (const { due, knownOwners } of this.#open.values()) {
      const place = due.peer === peer ? knownOwners.indexOf(other) : -1;
      if (place >= 0) knownOwners.splice(place, 1);
    }
  }

  #owns(peer: number, image: number): boolean {
    return image >= 0 && (this.#plan.peers[peer]?.images.includes(image) ?? false);
  }

  /** Whether anybody but the asker owns the image. */
  #hasOwners({ peer, image }: RequestDue): boolean {
    if (image < 0) return false;
    const { length } = this.#plan.images[image]!.owners;
    return length > (this.#owns(peer, image) ? 1 : 0);
  }

  /** Owners that the asker knows; another program is taken to know those that it was started with. */
  #ownersKnown(due: RequestDue): number[] {
    const peer = this.#plan.peers[due.peer]!;
    const known = peer.run === null ? this.#known[due.peer]! : peer.starts;
    return known.filter((other) => this.#owns(other, due.image));
  }

  #judge(done: RequestDone): void {
    const open = this.#open.get(done.request);
    if (open === undefined) return;
    this.#open.delete(done.request);
    const { due, knownOwners } = open;
    const [verdict, why] =
      done.outcome === 'found'
        ? this.#judgeFound(due, done)
        : this.#judgeMissed(due, done, knownOwners);
    this.#onJudgement({ due, done, class: verdict, why });
  }

  #judgeFound(due: RequestDue, done: RequestDone): [RequestClass, string] {
    // That somebody else delivered in the end does not make a lie on the way true.
    const lie = this.#lie(due, done);
    if (lie !== null) return ['wrong', lie];
    const expected = due.image < 0 ? undefined : this.#plan.images[due.image]!.sha256;
    if (done.sha256 === expected) return ['correct', ''];
    if (expected === undefined) return ['wrong', 'an image arrived under a name that nobody has'];
    return [
      'wrong',
      `bytes arrived whose SHA-256 is ${done.sha256.slice(0, 12)}…, not ${expected.slice(0, 12)}…`,
    ];
  }

  #judgeMissed(
    due: RequestDue,
    done: RequestDone,
    knownOwners: readonly number[],
  ): [RequestClass, string] {
    const isOwner = (peer: number): boolean => this.#owns(peer, due.image);
    const lie = this.#lie(due, done);
    if (lie !== null) return ['wrong', lie];
    if (!this.#hasOwners(due)) {
      const isAlone = this.#plan.peers.length === 1;
      if (done.outcome === 'not-found' || isAlone) return ['correct', ''];
      return ['failed', `nobody has it, but the search ended as "${done.outcome}"`];
    }
    const broken = done.attempts.find((one) => isOwner(one.peer));
    if (broken !== undefined) {
      const name = this.#name(broken.peer);
      if (this.#down.has(broken.peer)) return ['excused', `${name}, which owns it, was down`];
      return ['failed', `the attempt at ${name}, which owns it, ended as "${broken.outcome}"`];
    }
    const up = knownOwners.filter((owner) => !this.#down.has(owner));
    if (up.length > 0) return this.#judgeUnasked(due, done, this.#name(up[0]!));
    if (knownOwners.length > 0) return ['excused', 'every owner that it knew was down'];
    return this.#judgeUnknown(due);
  }

  /** What a peer that owns the image and was up answered instead of it; null when none did. */
  #lie(due: RequestDue, done: RequestDone): string | null {
    for (const { peer, outcome } of done.attempts) {
      if (!this.#owns(peer, due.image) || this.#down.has(peer)) continue;
      if (outcome === 'not-found') return `${this.#name(peer)} owns it and said it does not`;
      if (FALSE_ANSWERS.has(outcome)) {
        return `${this.#name(peer)} owns it, and its answer was "${outcome}"`;
      }
    }
    return null;
  }

  /** An owner was known and up all the time, and did not deliver. */
  #judgeUnasked(due: RequestDue, done: RequestDone, owner: string): [RequestClass, string] {
    // Another program does not tell whom it asked: whether it or the owner is at fault is not to be seen.
    if (this.#plan.peers[due.peer]!.run !== null) {
      return [
        'failed',
        `"${done.outcome}", although ${owner}, which it knew from the start, owns it`,
      ];
    }
    return ['wrong', `"${done.outcome}" without asking ${owner}, which it knew and which owns it`];
  }

  #judgeUnknown({ peer, image }: RequestDue): [RequestClass, string] {
    const { run, known } = this.#plan.peers[peer]!;
    if (run !== null) return ['excused', 'the program does not tell whom it knows'];
    if (this.#known[peer]!.length >= known)
      return ['excused', `no owner among the ${known} peers that it keeps`];
    return ['failed', `had not found an owner of ${imageName(this.#plan, image)} yet`];
  }

  #name(peer: number): string {
    return this.#plan.peers[peer]?.name ?? 'a peer';
  }
}
