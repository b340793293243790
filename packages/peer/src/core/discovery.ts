/**
 * Finding peers, and keeping in touch with them.
 *
 * An address is a *candidate* (a starting address, heard of in a list, or announced by a caller) until
 * a greeting of ours succeeds; then it is *known*, handed on to others, and greeted again now and
 * then. The pause before the next greeting of a known peer starts short, doubles while its lists
 * teach us nothing new, up to `refreshUs`, and falls back when they do: a mesh that is still growing
 * together talks much, one that has settled hardly at all. One failure makes a known peer a candidate
 * again at once; and one that has not answered for `staleUs`, because it is slow to fail or because many
 * fail at once, is not handed on either.
 *
 * Invariants: at most `greetings` sessions at once; an entry that is busy is in the queue or in one
 * session, never both; every entry that is not busy has a due time, and the alarm is set for the
 * earliest.
 */
import { ipOf, mayDial, type Address } from '../protocol/address.ts';
import { HELLO, encodeAnnouncement } from '../protocol/message.ts';
import { AddressBook, originOf, type Entry } from './address-book.ts';
import type { Deadlines, Timed } from './deadlines.ts';
import { Doubts } from './doubts.ts';
import { Greeting, type GreetingOutcome, type GreetingOwner } from './greeting.ts';
import type { Host } from './host.ts';
import type { PeerObserver } from './observer.ts';
import type { PeerLimits, StartOptions } from './options.ts';

/** The longest time that a peer is taken for a plain one without being tried again, in times of the shortest. */
const LONGEST_PLAIN = 256;

/** After so many greetings of known peers in a row a candidate has its turn. */
const REFRESHES_IN_A_ROW = 8;

/** See the head of this file. */
export class Discovery implements GreetingOwner, Timed {
  readonly book: AddressBook;
  deadlineUs: number = 0;
  deadlineIndex: number = -1;
  readonly host: Host;
  readonly deadlines: Deadlines;
  readonly limits: PeerLimits;
  readonly #observer: PeerObserver;
  /** Entries that wait for a greeting; those before `#queueHead` are done. */
  #queue: Entry[] = [];
  #queueHead = 0;
  /** Known peers whose refresh is due; they go first, so that no flood of hearsay can hold them up. */
  readonly #refreshes: Entry[] = [];
  #refreshesInARow = 0;
  /** Made when the first greeting was in vain. */
  #doubts: Doubts | null = null;
  #greetings = 0;
  /** The host let the last greeting wait for longer than a pause, for want of files. */
  #isCrowded = false;
  /** The greeting that says where we listen; null: we do not say. */
  #announcement: Uint8Array | null = null;
  #unsettled: Set<Entry> | null = null;
  #isStarted = false;
  #isStopped = false;

  constructor(host: Host, deadlines: Deadlines, limits: PeerLimits, observer: PeerObserver) {
    this.host = host;
    this.deadlines = deadlines;
    this.limits = limits;
    this.#observer = observer;
    this.book = new AddressBook(limits.known, limits.candidates);
  }

  /** Greetings that are under way. */
  get greetingCount(): number {
    return this.#greetings;
  }

  /** Greets the starting addresses, and those remembered. */
  start({ starts, announcePort, remembered = [] }: StartOptions): void {
    this.#isStarted = true;
    this.#announcement = announcePort === 0 ? null : encodeAnnouncement(announcePort);
    this.#unsettled = new Set();
    for (const address of starts) {
      const entry = this.#addStart(address);
      if (entry !== null) this.#unsettled.add(entry);
    }
    for (const address of remembered) this.announced(address);
    if (this.#unsettled.size === 0) this.#settle();
    this.#pump();
  }

  /** Other starting addresses from now on; those that are not among them any more can be forgotten. */
  setStarts(starts: readonly Address[]): void {
    for (const entry of this.book.entries) entry.isStart = false;
    for (const address of starts) this.#addStart(address);
    this.#pump();
  }

  /** Null when it is our own address. */
  #addStart(address: Address): Entry | null {
    if (this.#isStopped || this.host.isSelf(address)) return null;
    // It may have announced itself before, and wait in the queue already.
    const entry = this.book.get(address) ?? this.book.add(address, true)!;
    entry.isStart = true;
    if (!entry.isBusy && !this.book.isKnown(entry)) this.#enqueue(entry);
    return entry;
  }

  /** Starts no greeting any more; those under way go on to their end. */
  stop(): void {
    this.#isStopped = true;
    this.#queue = [];
    this.#queueHead = 0;
    this.#refreshes.length = 0;
    this.#doubts?.clear();
    this.deadlines.unwatch(this);
  }

  /** A caller at `ip` has announced that it listens on `port`. */
  announced(address: Address): void {
    if (!this.#mayAdd(address, ipOf(address))) return;
    const entry = this.book.get(address) ?? this.#addAnnounced(address);
    if (entry === null) return;
    // Plain peers do not announce; whoever runs there now is one of ours.
    if (entry.kind === 'plain') entry.kind = 'unknown';
    if (this.book.isKnown(entry) || entry.isBusy) return;
    // Whoever announces and does not answer waits like everybody else that failed.
    if (entry.failures > 0 && entry.dueUs > this.host.nowUs()) return;
    this.#enqueue(entry);
    this.#pump();
  }

  #addAnnounced(address: Address): Entry | null {
    if (this.#roomFor(ipOf(address)) > 0) return this.book.add(address, false);
    this.#observer.onRefused?.(address, 'too-many-addresses');
    return null;
  }

  /** How many more addresses we take that the machine at `ip` tells us. */
  #roomFor(ip: number): number {
    const { unprovenPerSource } = this.limits;
    // As a rule there are too few for anybody to have told too many.
    if (this.book.entries.length - this.book.knownCount < unprovenPerSource)
      return unprovenPerSource;
    return unprovenPerSource - this.book.unprovenFrom(ip);
  }

  /** Whoever was at `address` refused a connection of ours or did not answer in time: not to be handed on. */
  failed(address: Address): void {
    const entry = this.book.get(address);
    if (entry !== undefined && this.book.isKnown(entry)) this.#fail(entry);
  }

  onGreetingSent(): void {
    this.#observer.onMessage?.('HELLO', true);
  }

  onListTooLong(greeting: Greeting): void {
    this.#observer.onRefused?.(greeting.entry.address, 'list-too-long');
  }

  onGreetingEnd(greeting: Greeting, outcome: GreetingOutcome): void {
    const { entry } = greeting;
    this.#greetings--;
    this.#doubts?.ended(entry);
    this.#isCrowded = greeting.waitedUs > this.limits.exploreUs;
    entry.isBusy = false;
    if (outcome === 'greeted') {
      this.#observer.onMessage?.('PEERS', false);
      this.#succeed(greeting);
    } else if (outcome === 'unknown-verb' && greeting.isAnnouncing) {
      // A plain peer, as far as one can tell: the bare form next, and at once.
      this.#takeForPlain(entry);
      if (!this.#isStopped) this.#greet(entry);
      return;
    } else {
      entry.kind = 'unknown';
      this.#noteCost(greeting);
      this.#fail(entry);
    }
    if (this.#unsettled?.delete(entry) && this.#unsettled.size === 0) this.#settle();
    this.#pump();
  }

  onDeadline(): void {
    const nowUs = this.host.nowUs();
    let next = Infinity;
    for (const entry of this.book.entries) {
      if (entry.isBusy) continue;
      if (entry.dueUs <= nowUs) this.#enqueue(entry);
      else if (entry.dueUs < next) next = entry.dueUs;
    }
    if (next < Infinity) this.deadlines.watch(this, next);
    this.#pump();
  }

  #settle(): void {
    this.#unsettled = null;
    this.#observer.onSettled?.();
  }

  #enqueue(entry: Entry): void {
    entry.isBusy = true;
    if (this.book.isKnown(entry)) this.#refreshes.push(entry);
    else this.#queue.push(entry);
  }

  #pump(): void {
    while (this.#isStarted && this.#greetings < this.limits.greetings) {
      const entry = this.#next();
      if (entry === undefined) return;
      entry.isBusy = false;
      if (!this.#isWanted(entry)) this.#forget(entry);
      else if (this.#canWait(entry)) this.#putOff(entry);
      else this.#greet(entry);
    }
  }

  #forget(entry: Entry): void {
    this.#doubts?.ended(entry);
    this.book.remove(entry);
  }

  // A known peer may take seconds to answer each time; with enough of those there is always one that is due.
  #next(): Entry | undefined {
    const isCandidateDue = this.#refreshesInARow >= REFRESHES_IN_A_ROW;
    if (this.#refreshes.length > 0 && !isCandidateDue) return this.#nextRefresh();
    this.#refreshesInARow = 0;
    return this.#nextCandidate() ?? this.#nextRefresh();
  }

  #nextRefresh(): Entry | undefined {
    this.#refreshesInARow++;
    return this.#refreshes.shift();
  }

  #nextCandidate(): Entry | undefined {
    for (let entry = this.#nextQueued(); entry !== undefined; entry = this.#nextQueued()) {
      if (!this.#doubts?.has(entry)) return entry;
      this.#doubts.wait(entry);
    }
    return this.#doubts?.next();
  }

  #nextQueued(): Entry | undefined {
    const entry = this.#queue[this.#queueHead];
    if (entry === undefined) {
      this.#queue.length = 0;
      this.#queueHead = 0;
    } else this.#queueHead++;
    return entry;
  }

  /** Whose addresses say nothing takes greetings away from the others. */
  #noteCost({ entry, waitedUs, sinceUs }: Greeting): void {
    if (entry.isProven || entry.isStart) return;
    const costUs = this.host.nowUs() - sinceUs - waitedUs;
    this.#doubts ??= new Doubts(this.host, this.limits);
    this.#doubts.add(originOf(entry), costUs);
  }

  get #hasQueue(): boolean {
    return this.#queueHead < this.#queue.length;
  }

  /** A peer that knows enough looks for no others, but stays in touch and keeps its starting addresses. */
  #isWanted(entry: Entry): boolean {
    return this.book.isKnown(entry) || entry.isStart || !this.book.isFull;
  }

  /**
   * Whether greeting a known peer would be of no use yet: it has answered of late, and its list would not
   * be looked at. Without this, more than half of the greetings in a large network that finds itself
   * taught nobody anything. Nor is it while there are candidates and the host lets greetings wait: known
   * peers would be due again and again before the first of the candidates had its turn.
   */
  #canWait(entry: Entry): boolean {
    if (!this.book.isKnown(entry)) return false;
    if (this.book.wantsCandidates && !(this.#isCrowded && this.#hasQueue)) return false;
    return this.host.nowUs() - entry.answeredUs < this.limits.refreshUs / 2;
  }

  /**
   * While candidates are being tried it may be needed again soon; once enough peers are known, it is not.
   * In either case it is greeted in time to be handed on without a break.
   */
  #putOff(entry: Entry): void {
    const { refreshUs } = this.limits;
    entry.pauseUs = this.book.isFull ? refreshUs : Math.min(entry.pauseUs * 2, refreshUs);
    this.#schedule(entry, entry.answeredUs + refreshUs);
  }

  #greet(entry: Entry): void {
    this.#greetings++;
    entry.isBusy = true;
    const isAnnouncing = this.#announcement !== null && !this.#isPlain(entry);
    const message = isAnnouncing ? this.#announcement! : HELLO;
    const greeting = new Greeting(this, entry, message, isAnnouncing);
    greeting.start();
  }

  /**
   * One of ours answers the same when a greeting is spoilt on its way, and would never hear of us again if it has
   * forgotten us: so it is tried again, soon at first, and then ever more seldom for the sake of those that are plain.
   */
  #takeForPlain(entry: Entry): void {
    const shortestUs = this.limits.refreshUs / 4;
    entry.kind = 'plain';
    entry.plain ??= { untilUs: 0, nextUs: shortestUs };
    entry.plain.untilUs = this.host.nowUs() + entry.plain.nextUs;
    entry.plain.nextUs = Math.min(entry.plain.nextUs * 2, shortestUs * LONGEST_PLAIN);
  }

  #isPlain({ kind, plain }: Entry): boolean {
    return kind === 'plain' && plain !== null && this.host.nowUs() < plain.untilUs;
  }

  #succeed(greeting: Greeting): void {
    const { entry } = greeting;
    const limits = this.limits;
    entry.failures = 0;
    entry.answeredUs = this.host.nowUs();
    if (greeting.isAnnouncing) {
      entry.kind = 'ours';
      entry.plain = null;
    }
    const wasKnown = this.book.isKnown(entry);
    if (this.book.markKnown(entry)) {
      if (!wasKnown) this.#observer.onReached?.(entry.address);
    } else if (!entry.isStart) {
      this.book.remove(entry);
      return;
    }
    const learned = this.book.wantsCandidates ? this.#learn(greeting) : 0;
    const longer = Math.min(entry.pauseUs * 2, limits.refreshUs);
    if (this.book.isFull) entry.pauseUs = limits.refreshUs;
    else entry.pauseUs = learned > 0 || !wasKnown ? limits.exploreUs : longer;
    this.#schedule(entry);
  }

  /** Takes the addresses of a list as candidates, as long as more are of use; returns how many were new. */
  #learn(greeting: Greeting): number {
    let learned = 0;
    const source = greeting.entry;
    const sourceIp = ipOf(source.address);
    this.#forgive(source);
    let room = this.#roomFor(sourceIp);
    let isForeign = false;
    let isTooMuch = false;
    for (const address of greeting.addresses()) {
      if (!this.book.wantsCandidates) break;
      isTooMuch = room <= 0 || this.#isSpent(source);
      if (isTooMuch) break;
      if (!mayDial(address, sourceIp)) isForeign = true;
      if (!this.#mayAdd(address, sourceIp)) continue;
      const entry = this.book.add(address, false, source);
      if (entry === null) continue;
      learned++;
      room--;
      this.#enqueue(entry);
    }
    if (isForeign) this.#observer.onRefused?.(source.address, 'address-not-dialled');
    if (isTooMuch) this.#observer.onRefused?.(source.address, 'too-many-addresses');
    // The time to forgive runs from the first candidate on.
    if (learned > 0) this.#forgive(source);
    return learned;
  }

  /** What a peer's lists were worth is judged anew now and then: networks change. */
  #forgive(source: Entry): void {
    const { hearsay } = source;
    const nowUs = this.host.nowUs();
    if (hearsay === null || nowUs < hearsay.forgivenUs) return;
    hearsay.junk = 0;
    hearsay.forgivenUs = nowUs + this.limits.forgiveUs;
  }

  /** Whether so many of a peer's candidates wait, or came to nothing of late, that we take no more from it. */
  #isSpent({ hearsay }: Entry): boolean {
    return hearsay !== null && hearsay.unproven + hearsay.junk >= this.limits.unprovenPerSource;
  }

  #mayAdd(address: Address, sourceIp: number): boolean {
    return !this.#isStopped && mayDial(address, sourceIp) && !this.host.isSelf(address);
  }

  #fail(entry: Entry): void {
    const limits = this.limits;
    entry.failures++;
    if (this.book.markUnknown(entry)) this.#observer.onLost?.(entry.address);
    if (entry.failures >= limits.failures && !entry.isStart && !entry.isBusy) {
      this.book.remove(entry);
      return;
    }
    const doublings = Math.min(entry.failures, 16);
    entry.pauseUs = Math.min(limits.exploreUs * 4 * 2 ** doublings, limits.maxBackOffUs);
    this.#schedule(entry);
  }

  /** Sets the next greeting after the entry's pause, a fifth shorter to a fifth longer, but not after `latestUs`. */
  #schedule(entry: Entry, latestUs = Infinity): void {
    if (this.#isStopped) return;
    const share = 0.8 + (0.4 * this.host.random32()) / 2 ** 32;
    entry.dueUs = Math.min(this.host.nowUs() + Math.floor(entry.pauseUs * share), latestUs);
    const isSooner = this.deadlineIndex < 0 || entry.dueUs < this.deadlineUs;
    if (isSooner) this.deadlines.watch(this, entry.dueUs);
  }
}
