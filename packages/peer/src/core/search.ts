/**
 * A search for an image, which the fetches of it share that are under way at the same time. It asks one peer, an
 * `Asking`, and then more:
 *
 *   searching → comparing → keeping → ended
 *
 * - How many are asked at once grows with the denials, from one to `asksAtOnce`: the first to be asked for a
 *   popular image mostly has it, and a second one would send it in vain; the more have denied a rare one, the
 *   less likely are two owners at once, and the longer is the way. In a mesh of 200 with images at 1 % of the
 *   peers the slowest hundredth of the answers takes 2.6 s instead of 17.9 s (20 ms ± 10 ms a way).
 * - A peer that does not answer within `lateUs` is waited for further, and does not count any more: another
 *   one is asked. At most `asksAtOnce` wait so beside the others.
 * - Only peers of ours are asked at once: one that sends what is not needed is left at once, and asked again
 *   first when the other one breaks off. A plain sender dies when its reader leaves in the middle, so a plain
 *   peer is asked while nobody else is, but for one of ours that is late; if two come to send all the same,
 *   the plain one is read to its end.
 * - A picture that is whole by its own structure is kept. Where the structure does not tell, other machines are
 *   asked for the same, for a while, until two have sent the same bytes.
 *
 * A core without promises needs no limiter for them: `#askings` is the list of those asked, and its length
 * the count.
 */
import type { Address } from '../protocol/address.ts';
import { encodeRequest } from '../protocol/message.ts';
import { Asking, type Asker, type Attempt } from './asking.ts';
import { AskingOrder } from './asking-order.ts';
import { Comparison, makeCandidate, type Candidate } from './comparison.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import type { Discovery } from './discovery.ts';
import type { Experience } from './experience.ts';
import { Fetch, type FetchedImage, type FetchListener, type FetchOutcome } from './fetching.ts';
import type { BodyKeeper, BodyProblem, Host, KeptImage, ReceivedBody } from './host.ts';
import type { PeerObserver } from './observer.ts';
import type { PeerLimits } from './options.ts';

/** What a search needs of its peer. */
export interface FetchOwner {
  readonly host: Host;
  readonly deadlines: Deadlines;
  readonly limits: PeerLimits;
  readonly observer: PeerObserver;
  readonly discovery: Discovery;
  /** Made when it is first asked for. */
  readonly experience: Experience;
  /** Null: nothing was learned yet. */
  readonly experienceSoFar: Experience | null;
  onSearchEnd(search: Search): void;
}

/** What is searched for. */
export interface SearchOptions {
  readonly name: string;
  /** The one address to ask, known or not; null: all known peers. */
  readonly only: Address | null;
  /** Whether bytes of another type than the name says are taken too. */
  readonly anyType: boolean;
}

/** See the head of this file. */
export class Search implements Asker, BodyKeeper, Timed {
  readonly name: string;
  readonly anyType: boolean;
  readonly owner: FetchOwner;
  /** The one address that is asked; null: all known peers. */
  readonly only: Address | null;
  readonly request: Uint8Array;
  deadlineUs: number = 0;
  deadlineIndex: number = -1;
  /** Null: only one address is asked. */
  readonly #order: AskingOrder | null;
  readonly #attempts: Attempt[] = [];
  #fetches: Fetch[] = [];
  /** Those that have not come to their end. */
  readonly #askings: Asking[] = [];
  /** Whose image is arriving. */
  #giver: Asking | null = null;
  #denials = 0;
  /** Made with the first body whose structure does not tell. */
  #comparison: Comparison | null = null;
  /** How many more may be asked for a body to compare. */
  #comparesLeft: number;
  /** It has taken long enough. */
  #isCompared = false;
  /** The first body that is compared took so long. */
  #firstTookUs = 0;
  #kept: Candidate | null = null;
  #isEnded = false;

  /** Asks at once. The owner adds a fetch before this event is over. */
  constructor(owner: FetchOwner, { name, only, anyType }: SearchOptions) {
    const { host, discovery, limits, experienceSoFar } = owner;
    this.owner = owner;
    this.name = name;
    this.anyType = anyType;
    this.only = only;
    this.request = encodeRequest(name);
    this.#comparesLeft = limits.compareAsks;
    this.#order =
      only === null ? new AskingOrder(host, discovery.book, experienceSoFar, name) : null;
    if (only !== null) this.#ask(only);
    else this.#askMore();
    // With nobody to ask the end still comes in an event of its own, as the listener expects.
    if (this.#askings.length === 0) owner.deadlines.watch(this, host.nowUs());
  }

  /** Of those that have come to their end. */
  get attempts(): readonly Attempt[] {
    return this.#attempts;
  }

  /** Bytes of the image that have arrived so far. */
  get bytesReceived(): number {
    return this.#giver?.bodyBytes ?? 0;
  }

  /** How many wait for it. */
  get fetchCount(): number {
    return this.#fetches.length;
  }

  /** Somebody wants the image, since `sinceUs`; each is told of the end. */
  add(listener: FetchListener, sinceUs: number): Fetch {
    const fetch = new Fetch(this, listener, sinceUs, this.#fetches.length > 0);
    this.#fetches.push(fetch);
    return fetch;
  }

  /** A fetch was given up; with the last one the search ends. False when it has ended already. */
  remove(fetch: Fetch): boolean {
    const index = this.#fetches.indexOf(fetch);
    if (index < 0) return false;
    this.#fetches.splice(index, 1);
    if (this.#fetches.length > 0) return true;
    for (const asking of this.#askings) asking.abandon();
    this.#comparison?.release(null);
    this.#over();
    this.owner.observer.onFetched?.(this.name, 'cancelled', 0, 0, 0);
    return true;
  }

  /** Gives all its fetches up. */
  cancelAll(): void {
    for (const fetch of [...this.#fetches]) fetch.cancel();
  }

  /** Nobody to ask, or it has been compared for long enough. */
  onDeadline(): void {
    if (this.#comparison === null) return this.#finish('no-peers', null);
    if (this.#isCompared) return this.#settle();
    this.#isCompared = true;
    // A body that is arriving is waited for, but not for the days that a slow sender can take.
    const { host, deadlines, limits } = this.owner;
    deadlines.watch(this, host.nowUs() + Math.max(limits.compareUs, 2 * this.#firstTookUs));
    this.#goOn();
  }

  /** For `Asking`. */
  wantsBody(asking: Asking): boolean {
    if (this.#giver === null) {
      this.#giver = asking;
      return true;
    }
    return !asking.isOurs;
  }

  /** For `Asking`. */
  isLate(): void {
    this.#askMore();
  }

  /** For `Asking`. */
  attemptEnded(asking: Asking, attempt: Attempt, body: ReceivedBody | null): void {
    this.#askings.splice(this.#askings.indexOf(asking), 1);
    if (this.#giver === asking) this.#giver = this.#askings.find((one) => one.isReceiving) ?? null;
    this.#learn(attempt, asking.isSlow);
    if (body !== null) return this.#arrived(asking, body);
    const { outcome } = attempt;
    // Our own disk would fail the next one just the same; what has come already may still be kept.
    if (isOwnFault(outcome)) return this.#settle();
    if (outcome === 'not-found') this.#denials++;
    if (outcome === 'not-needed') this.#order?.putFirst(attempt.address);
    this.#goOn();
  }

  onKept(kept: KeptImage): void {
    if (!this.#isEnded) this.#finish('found', kept);
  }

  onKeepFailed(problem: BodyProblem): void {
    if (this.#isEnded) return;
    const { from } = this.#kept!;
    const at = this.#attempts.findLastIndex(({ address }) => address === from);
    this.#attempts[at] = { address: from, outcome: problem, reason: '' };
    this.#finish('failed', null);
  }

  /** Asks as many more as may be asked now, and ends when nobody is left. */
  #goOn(): void {
    this.#askMore();
    // A body that is arriving is waited for.
    const isOver = this.#isCompared && this.#giver === null;
    if (isOver || this.#askings.length === 0) this.#settle();
  }

  #askMore(): void {
    while (this.#order !== null && this.#wantsMore()) {
      const isAlone = this.#askings.every((one) => one.isOurs && one.isSlow);
      const next = this.#order.next(isAlone);
      if (next === 0) return;
      if (this.#comparison !== null) this.#comparesLeft--;
      this.#ask(next);
    }
  }

  #wantsMore(): boolean {
    if (this.#giver !== null || this.#isCompared) return false;
    if (this.#comparison !== null && this.#comparesLeft === 0) return false;
    if (this.#askings.length >= 2 * this.owner.limits.asksAtOnce) return false;
    let count = 0;
    for (const { isSlow, isOurs } of this.#askings) {
      if (isSlow) continue;
      if (!isOurs) return false;
      count++;
    }
    return count < this.#width();
  }

  /** How many may be asked at once, without those that are late. */
  #width(): number {
    const { asksAtOnce, denialsPerAsk } = this.owner.limits;
    return Math.min(asksAtOnce, 1 + Math.floor(this.#denials / denialsPerAsk));
  }

  #ask(address: Address): void {
    const isOurs = this.owner.discovery.book.get(address)?.kind === 'ours';
    this.#askings.push(new Asking(this, address, isOurs));
  }

  #arrived({ address: from, sinceUs }: Asking, body: ReceivedBody): void {
    const candidate = makeCandidate(body, from, sinceUs);
    const isTold = body.picture.completeness === 'whole';
    if (isTold || this.#order === null || this.owner.limits.compareAsks === 0) {
      return this.#keep(candidate);
    }
    this.#compare(candidate);
  }

  #compare(candidate: Candidate): void {
    const { host, deadlines, limits } = this.owner;
    if (this.#comparison === null) {
      this.#comparison = new Comparison(host.images);
      this.#firstTookUs = host.nowUs() - candidate.sinceUs;
      deadlines.watch(this, host.nowUs() + limits.compareUs);
    }
    // Others of its machine could not make it agreed.
    this.#order!.passOver(candidate.from);
    const agreed = this.#comparison.add(candidate);
    if (agreed !== null) return this.#keep(agreed);
    if (this.#comparison.count >= limits.compareBodies) return this.#settle();
    this.#goOn();
  }

  /** There is no more to come. */
  #settle(): void {
    const longest = this.#comparison?.longest() ?? null;
    if (longest !== null) return this.#keep(longest);
    this.#leaveAll();
    const wasDenied = this.#attempts.some((one) => one.outcome === 'not-found');
    const allDenied = this.#attempts.every((one) => one.outcome === 'not-found');
    const isMiss = allDenied || (wasDenied && this.#allUnreachable());
    this.#finish(isMiss ? 'not-found' : 'failed', null);
  }

  /** Whether those that did not deny were not there at all: such a search still found nothing. */
  #allUnreachable(): boolean {
    return this.#attempts.every(
      ({ outcome }) => outcome === 'not-found' || outcome === 'refused' || outcome === 'timeout',
    );
  }

  #keep(candidate: Candidate): void {
    this.#kept = candidate;
    this.#leaveAll();
    this.#comparison?.release(candidate);
    this.owner.deadlines.unwatch(this);
    this.owner.host.images.keep(candidate.body, this.name, this);
  }

  #leaveAll(): void {
    for (const asking of this.#askings) {
      const attempt = { address: asking.address, outcome: asking.leave(), reason: '' };
      this.#learn(attempt, asking.isSlow);
    }
    this.#askings.length = 0;
    this.#giver = null;
  }

  #learn(attempt: Attempt, wasSlow: boolean): void {
    const { discovery, experience } = this.owner;
    const { outcome } = attempt;
    this.#attempts.push(attempt);
    experience.attempted(attempt, wasSlow);
    this.owner.observer.onAttempt?.(attempt.address, outcome);
    if (outcome === 'refused' || outcome === 'timeout') discovery.failed(attempt.address);
  }

  #finish(outcome: FetchOutcome, kept: KeptImage | null): void {
    const fetches = this.#fetches;
    this.#fetches = [];
    if (this.#attempts.length > 0) this.owner.experience.searched(this.name, this.#attempts);
    this.#over();
    const image = kept === null ? null : fetchedImage(kept, this.#kept!);
    const sinceUs = this.#kept?.sinceUs ?? 0;
    this.#tell(outcome, image, sinceUs);
    for (const fetch of fetches) fetch.end(outcome, this.#attempts, image, sinceUs);
  }

  #tell(outcome: FetchOutcome, image: FetchedImage | null, sinceUs: number): void {
    const { host, observer } = this.owner;
    const elapsedUs = image === null ? 0 : host.nowUs() - sinceUs;
    observer.onFetched?.(this.name, outcome, image?.from ?? 0, image?.sizeBytes ?? 0, elapsedUs);
  }

  #over(): void {
    this.#isEnded = true;
    this.owner.deadlines.unwatch(this);
    this.owner.onSearchEnd(this);
  }
}

function fetchedImage(kept: KeptImage, { body, from, machines }: Candidate): FetchedImage {
  const { sizeBytes, sha256, picture } = body;
  const { completeness } = picture;
  const agreedBy = machines.size;
  const isAgreed = completeness !== 'whole' && agreedBy > 1;
  const assurance = completeness === 'whole' ? 'whole' : isAgreed ? 'agreed' : 'unverified';
  return { ...kept, from, sizeBytes, sha256, completeness, assurance, agreedBy };
}

function isOwnFault(outcome: Attempt['outcome']): boolean {
  return outcome === 'no-space' || outcome === 'no-permission' || outcome === 'io';
}
