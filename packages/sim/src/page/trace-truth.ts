/**
 * What the requests in a trace came to, as far as a trace alone tells. Only the plan says who knew whom and
 * what a fault excuses; so nothing is excused here, and "not found" counts as failed where the image exists.
 */
import type { Judgement, RequestClass } from '../check/ground-truth.ts';
import type { JournalEvent, RequestDone, RequestDue } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';
import type { JournalHead } from '../journal/reader.ts';

/** See the head of this file. */
export class TraceTruth implements Journal {
  readonly #onJudgement: (judgement: Judgement) => void;
  readonly #open = new Map<number, RequestDue>();
  /** Hashes of all versions of each image. */
  readonly #hashes: readonly ReadonlySet<string>[];

  constructor(head: JournalHead, onJudgement: (judgement: Judgement) => void) {
    this.#onJudgement = onJudgement;
    this.#hashes = head.images.map(
      ({ sha256, others = [] }) => new Set([sha256, ...others.map((other) => other.sha256)]),
    );
  }

  write(event: JournalEvent): void {
    if (event.kind === 'due') this.#open.set(event.request, event);
    if (event.kind !== 'done') return;
    const due = this.#open.get(event.request);
    if (due === undefined) return;
    this.#open.delete(event.request);
    const [verdict, why] = this.#judge(due, event);
    this.#onJudgement({ due, done: event, class: verdict, why });
  }

  /** The trace is over: what has no answer by now gets none. */
  finish(): void {
    for (const due of this.#open.values()) {
      this.#onJudgement({ due, done: null, class: 'failed', why: 'no answer in the trace' });
    }
    this.#open.clear();
  }

  #judge({ image }: RequestDue, { outcome, sha256 }: RequestDone): [RequestClass, string] {
    const hashes = this.#hashes[image];
    if (outcome === 'found') {
      if (hashes?.has(sha256)) return ['correct', ''];
      return ['wrong', 'other bytes arrived than any owner had'];
    }
    if (outcome === 'not-found' && hashes === undefined) return ['correct', ''];
    return ['failed', `the search ended as "${outcome}"; a trace does not tell what excuses that`];
  }
}
