/**
 * What the answers should have been. From the plan the lab knows who owns which image with which bytes;
 * from the journal, which peers each peer had reached when it asked and whom it asked. From that it says
 * of every request
 *
 *   correct   the right bytes, or not found where nobody else has the image
 *   wrong     other bytes, an owner that denied it or answered with something else on the way, or "not found" without asking an owner that it knew
 *             all the time
 *   excused   no owner among the peers that it could know (its address book was full, or the program does
 *             not tell whom it knows), or a fault of the scenario was in the way: of the asker, of every
 *             owner, or of the links between them; or every owner is made to misbehave
 *   failed    everything else
 *
 * A fault excuses what happened while it lasted, and for a while longer that an owner is not known: peers
 * that were lost are looked for again at growing distances. It excuses only what it can bring about: a slow
 * link makes nobody deny an image. Bytes are compared by hash, never by length.
 *
 * Owners may hold different pictures under one name. Then any of these is right, whoever sent it, and
 * everything else is wrong, such as the beginning of one with the rest of another. Whoever has fetched an
 * image serves it under a name of its own, so that the owners of a name stay those of the plan.
 */
import { hash } from 'node:crypto';
import type { AttemptOutcome } from '@imagemesh/peer';
import type { JournalEvent, RequestDone, RequestDue } from '../journal/event.ts';
import type { Journal } from '../journal/journal.ts';
import { DRAIN_US } from '../plan/draining.ts';
import { contentHeldBy, contentsOf, readImage, type ImageContent } from '../plan/images.ts';
import { describePeer, imageName, isOurs, type Plan } from '../plan/plan.ts';
import { Acquaintances } from './acquaintances.ts';
import { mayTearNames } from './torn-names.ts';
import { Troubles, type LinkHarm } from './troubles.ts';

/** Answers that an owner gives whole connections for, and that are not the image. */
const FALSE_ANSWERS: ReadonlySet<AttemptOutcome> = new Set([
  'truncated',
  'empty',
  'wrong-type',
  'malformed',
  'no-reply',
]);

/**
 * How long after a fault it may take until peers know one another again: the longest pause between two
 * tries of a starting address, with its jitter, and a greeting.
 */
const RECOVERY_US = 80_000_000;

/** Names of pictures whose own structure tells whether they are whole. */
const SHOWS_ITS_END = /\.(png|jpe?g|gif|webp|avif)$/i;

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

/** A request that has come to its end, and the owners that its asker knew all the time. */
interface Case {
  readonly due: RequestDue;
  readonly done: RequestDone;
  /** When the peer began to ask; earlier than it was due where it was asking for the image already. */
  readonly sinceUs: number;
  readonly knownOwners: readonly number[];
}

/** How a request came out, and why. */
type Verdict = readonly [verdict: RequestClass, why: string];

/** More names than a run has, of images and of what nobody has. */
const MOST_NAMES = 2 ** 32;

/** Names that nobody has are numbered downwards from -1. */
function askingKey(peer: number, image: number): number {
  return peer * 2 * MOST_NAMES + MOST_NAMES + image;
}

/** Judges the requests of a run as they come to their ends. */
export class GroundTruth implements Journal {
  readonly #plan: Plan;
  readonly #onJudgement: (judgement: Judgement) => void;
  readonly #known: Acquaintances;
  readonly #open = new Map<number, { due: RequestDue; knownOwners: number[] }>();
  readonly #troubles: Troubles;
  /** Whether the network itself may make an honest peer deny a name of which it has got a part. */
  readonly #mayTearNames: boolean;
  /** Open requests, by who asks for what. */
  readonly #asking = new Map<number, { requests: number; readonly sinceUs: number }>();
  /** When something was last written. */
  #lastUs = 0;

  constructor(plan: Plan, onJudgement: (judgement: Judgement) => void) {
    this.#plan = plan;
    this.#onJudgement = onJudgement;
    this.#troubles = new Troubles(plan);
    this.#mayTearNames = mayTearNames(plan.scenario.network, plan.peers.length - 1);
    this.#known = new Acquaintances(plan.peers.length);
  }

  write(event: JournalEvent): void {
    this.#lastUs = Math.max(this.#lastUs, event.atUs);
    this.#troubles.write(event);
    switch (event.kind) {
      case 'reached':
        this.#known.reach(event.peer, event.other);
        break;
      case 'lost':
        if (this.#known.lose(event.peer, event.other, event.atUs)) {
          this.#excuseFrom(event.peer, event.other);
        }
        break;
      case 'peer-down':
        for (const other of this.#known.clear(event.peer)) this.#excuseFrom(event.peer, other);
        break;
      case 'due':
        this.#open.set(event.request, { due: event, knownOwners: this.#ownersKnown(event) });
        this.#begins(event);
        break;
      case 'done':
        this.#judge(event);
        break;
    }
  }

  /** The run is over: what has no answer by now gets none. */
  finish(): void {
    for (const { due, knownOwners } of this.#open.values()) {
      const [verdict, why] = this.#judgeUnanswered(due, knownOwners);
      this.#onJudgement({ due, done: null, class: verdict, why });
    }
    this.#open.clear();
  }

  /** Numbers of the peers that `peer` has reached and not lost. */
  known(peer: number): readonly number[] {
    return this.#known.of(peer);
  }

  #begins({ peer, image, atUs }: RequestDue): void {
    const key = askingKey(peer, image);
    const asking = this.#asking.get(key);
    if (asking === undefined) this.#asking.set(key, { requests: 1, sinceUs: atUs });
    else asking.requests++;
  }

  /** Returns when the peer began to ask for the image, for this request or one that it joined. */
  #ends({ peer, image, atUs }: RequestDue): number {
    const key = askingKey(peer, image);
    const asking = this.#asking.get(key);
    if (asking === undefined) return atUs;
    if (--asking.requests === 0) this.#asking.delete(key);
    return asking.sinceUs;
  }

  /**
   * Whoever is waiting for an answer need not ask a peer that was lost meanwhile, even if it is found again before
   * the answer comes.
   */
  #excuseFrom(peer: number, other: number): void {
    for (const { due, knownOwners } of this.#open.values()) {
      const place = due.peer === peer ? knownOwners.indexOf(other) : -1;
      if (place >= 0) knownOwners.splice(place, 1);
    }
  }

  /** Whether a peer owned the image at the start; it may have come back without it. */
  #owns(peer: number, image: number): boolean {
    return image >= 0 && (this.#plan.peers[peer]?.images.includes(image) ?? false);
  }

  /** Who, but for the asker, owned the image all the time. */
  #owners({ due, done }: Case): number[] {
    if (due.image < 0) return [];
    return this.#plan.images[due.image]!.owners.filter(
      (owner) => owner !== due.peer && !this.#troubles.hasLostFiles(owner, done.atUs),
    );
  }

  /** What was in the way between the asker and another peer while the request was under way. */
  #trouble({ due, done, sinceUs }: Case, other: number, least: LinkHarm = 'slow'): string | null {
    return (
      this.#misbehavior(other) ?? this.#troubles.between(due.peer, other, sinceUs, done.atUs, least)
    );
  }

  /** That a peer is made to misbehave; null: it is not. */
  #misbehavior(peer: number): string | null {
    return (this.#plan.peers[peer]?.behavior ?? null) === null ? null : 'misbehaves';
  }

  /** Owners that the asker knows; another program is taken to know those that it was started with. */
  #ownersKnown(due: RequestDue): number[] {
    const peer = this.#plan.peers[due.peer]!;
    const known = isOurs(peer) ? this.#known.of(due.peer) : peer.starts;
    return known.filter((other) => this.#owns(other, due.image));
  }

  #judge(done: RequestDone): void {
    const open = this.#open.get(done.request);
    if (open === undefined) return;
    this.#open.delete(done.request);
    const askedUs = this.#ends(open.due);
    const sinceUs = done.isJoined ? askedUs : open.due.atUs;
    const one = { due: open.due, done, knownOwners: open.knownOwners, sinceUs };
    const [verdict, why] =
      done.outcome === 'found' ? this.#judgeFound(one) : this.#judgeMissed(one);
    this.#onJudgement({ due: one.due, done, class: verdict, why });
  }

  /** A fault that was over while the lab still waited for answers is no reason for none. */
  #judgeUnanswered(due: RequestDue, knownOwners: readonly number[]): Verdict {
    const none = 'no answer before the end of the run';
    const sinceUs = Math.max(due.atUs, this.#lastUs - DRAIN_US);
    const own = this.#troubles.ofPeer(due.peer, sinceUs, this.#lastUs);
    if (own !== null) return ['excused', `${none}, and ${this.#name(due.peer)} itself ${own}`];
    const all = this.#plan.images[due.image]?.owners.filter((owner) => owner !== due.peer) ?? [];
    const owners = knownOwners.length > 0 ? knownOwners : all;
    const troubles = owners.map((owner) =>
      this.#troubles.between(due.peer, owner, sinceUs, this.#lastUs),
    );
    if (owners.length === 0 || troubles.includes(null)) return ['failed', none];
    return ['excused', `${none}, and ${this.#name(owners[0]!)}, which owns it, ${troubles[0]}`];
  }

  #judgeFound(one: Case): Verdict {
    // That somebody else delivered in the end does not make a lie on the way true.
    const lie = this.#lie(one);
    if (lie !== null) return ['wrong', lie];
    const { due, done } = one;
    const image = due.image < 0 ? undefined : this.#plan.images[due.image]!;
    const contents = image === undefined ? [] : contentsOf(image);
    if (contents.some(({ sha256 }) => sha256 === done.sha256)) return ['correct', ''];
    const excuse = this.#unseen(one);
    if (excuse !== null) return ['excused', excuse];
    const from = this.#misbehavior(done.from) === null ? '' : ` from ${this.#name(done.from)}`;
    if (image === undefined)
      return ['wrong', `an image arrived${from} under a name that nobody has`];
    return [
      'wrong',
      `bytes arrived${from} whose SHA-256 is ${shortHash(done)}, not ${contents.map(shortHash).join(' or ')}`,
    ];
  }

  /** Which fault changed the bytes so that no peer can see it; null: none, or it was to be seen. */
  #unseen({ due, done, sinceUs }: Case): string | null {
    // The protocol has no checksum. A link that is only slow, or that breaks off, makes no other bytes.
    const link = this.#troubles.ofLink(due.peer, done.from, sinceUs, done.atUs, 'changed');
    if (link !== null) return `other bytes arrived, and ${this.#name(done.from)} ${link}`;
    const image = this.#plan.images[due.image];
    if (image === undefined) return null;
    const held = contentHeldBy(image, done.from);
    if (done.sizeBytes >= held.sizeBytes) return null;
    // A process that is killed ends its replies as cleanly as one that has finished them.
    const end = this.#troubles.ofPeer(done.from, sinceUs, done.atUs);
    if (end === null || SHOWS_ITS_END.test(image.name)) return null;
    if (!isBeginning(done, held)) return null;
    return `${this.#name(done.from)} ${end} in the middle, and an image like ${image.name} does not show where it ends`;
  }

  #judgeMissed(one: Case): Verdict {
    const { due, done, sinceUs } = one;
    const asker = this.#troubles.ofPeer(due.peer, sinceUs, done.atUs);
    if (asker !== null) return ['excused', `${this.#name(due.peer)} itself ${asker}`];
    const owners = this.#owners(one);
    const lie = this.#lie(one) ?? this.#acceptedLie(one, owners);
    if (lie !== null) return ['wrong', lie];
    if (owners.length === 0) return this.#judgeOwnerless(one);
    const known = one.knownOwners.filter((owner) => owners.includes(owner));
    const good = known.find(
      (owner) => this.#trouble(one, owner) === null && !this.#mayHaveMisheard(one, owner),
    );
    const asked = this.#judgeAsked(one, owners);
    // That one owner had an excuse excuses nobody for not asking another.
    if (asked !== null && (asked[0] !== 'excused' || good === undefined)) return asked;
    if (good !== undefined) return this.#judgeUnasked(one, this.#name(good));
    if (known.length > 0) {
      return [
        'excused',
        `${this.#name(known[0]!)}, which owns it, ${this.#trouble(one, known[0]!)}`,
      ];
    }
    return this.#judgeUnknown(one, owners);
  }

  /** Nobody but the asker has it: right is "not found". */
  #judgeOwnerless(one: Case): Verdict {
    const { done } = one;
    const isAlone = this.#plan.peers.length === 1;
    if (done.outcome === 'not-found' || isAlone) return ['correct', ''];
    const broken = done.attempts.find(
      ({ peer, outcome }) => outcome !== 'not-found' && this.#trouble(one, peer) !== null,
    );
    if (broken !== undefined) {
      return ['excused', `${this.#name(broken.peer)} ${this.#trouble(one, broken.peer)}`];
    }
    const lonely = done.outcome === 'no-peers' ? this.#lonelyOfLate(one) : null;
    if (lonely !== null) return ['excused', lonely];
    return ['failed', `nobody has it, but the search ended as "${done.outcome}"`];
  }

  /** What attempts at owners that came to nothing mean; null when no owner was asked. */
  #judgeAsked(one: Case, owners: readonly number[]): Verdict | null {
    const attempts = one.done.attempts.filter(
      ({ peer, outcome }) => owners.includes(peer) && outcome !== 'not-needed',
    );
    if (attempts.length === 0) return null;
    const broken = attempts.find((attempt) => this.#excuseOf(one, attempt) === null);
    if (broken === undefined) {
      const [first] = attempts as [RequestDone['attempts'][number]];
      return ['excused', `${this.#name(first.peer)}, which owns it, ${this.#excuseOf(one, first)}`];
    }
    const name = this.#name(broken.peer);
    return ['failed', `the attempt at ${name}, which owns it, ended as "${broken.outcome}"`];
  }

  /** What may be why an attempt at an owner came to nothing; null when nothing is. */
  #excuseOf(one: Case, { peer, outcome }: RequestDone['attempts'][number]): string | null {
    const trouble = this.#trouble(one, peer);
    if (trouble !== null || outcome !== 'not-found' || !this.#mayTearNames) return trouble;
    return 'may have got a part of the name only: the network brings its pieces too far apart';
  }

  /** Whether a peer denied what it may have got a part of the name of. */
  #mayHaveMisheard({ done }: Case, other: number): boolean {
    if (!this.#mayTearNames) return false;
    return done.attempts.some(({ peer, outcome }) => peer === other && outcome === 'not-found');
  }

  /** What a peer that owns the image and had no trouble answered instead of it; null when none did. */
  #lie(one: Case): string | null {
    const { due, done } = one;
    for (const { peer, outcome } of done.attempts) {
      if (!this.#owns(peer, due.image) || this.#troubles.hasLostFiles(peer, done.atUs)) continue;
      // A slow link makes nobody deny what was asked for; one that cuts the name short may.
      const least = outcome === 'not-found' ? 'cut-short' : 'slow';
      if (this.#trouble(one, peer, least) !== null) continue;
      if (outcome === 'not-found' && this.#mayTearNames) continue;
      if (outcome === 'not-found') return `${this.#name(peer)} owns it and said it does not`;
      if (FALSE_ANSWERS.has(outcome)) {
        return `${this.#name(peer)} owns it, and its answer was "${outcome}"`;
      }
    }
    return null;
  }

  /** An invented "not found" of a peer that misbehaves, which the asker took for the truth. */
  #acceptedLie({ done }: Case, owners: readonly number[]): string | null {
    if (done.outcome !== 'not-found') return null;
    const liar = done.attempts.find(
      ({ peer, outcome }) =>
        outcome === 'not-found' && owners.includes(peer) && this.#misbehavior(peer) !== null,
    );
    return liar === undefined ? null : `${this.#name(liar.peer)} owns it and said it does not`;
  }

  /** An owner was known and well all the time, and did not deliver. */
  #judgeUnasked({ due, done }: Case, owner: string): Verdict {
    // Another program does not tell whom it asked: whether it or the owner is at fault is not to be seen.
    if (!isOurs(this.#plan.peers[due.peer]!)) {
      return [
        'failed',
        `"${done.outcome}", although ${owner}, which it knew from the start, owns it`,
      ];
    }
    return ['wrong', `"${done.outcome}" without asking ${owner}, which it knew and which owns it`];
  }

  #judgeUnknown(one: Case, owners: readonly number[]): Verdict {
    const { peer, image } = one.due;
    const asker = this.#plan.peers[peer]!;
    const { known } = asker;
    if (!isOurs(asker)) return ['excused', 'the program does not tell whom it knows'];
    if (this.#known.of(peer).length >= known)
      return ['excused', `no owner among the ${known} peers that it keeps`];
    const good = owners.filter((owner) => this.#misbehavior(owner) === null);
    if (good.length === 0)
      return ['excused', `${this.#name(owners[0]!)}, which owns it, misbehaves`];
    const excuse = this.#recovering(one, good);
    if (excuse !== null) return ['excused', excuse];
    const lostUs = this.#known.missedBy(peer);
    const missed = good.find((owner) => lostUs.has(owner));
    if (missed !== undefined) {
      const lost = (lostUs.get(missed)! / 1e6).toFixed(1);
      const why = `${this.#name(missed)}, which owns it, was lost at ${lost} s and not found again`;
      return ['failed', why];
    }
    return ['failed', `had not found an owner of ${imageName(this.#plan, image)} yet`];
  }

  /** Which fault of late may be why no owner is known; null when none is. */
  #recovering(one: Case, owners: readonly number[]): string | null {
    const { due, done } = one;
    const own = this.#ownOfLate(one);
    if (own !== null) return own;
    const sinceUs = due.atUs - RECOVERY_US;
    const troubles = owners.map((owner) =>
      this.#troubles.between(due.peer, owner, sinceUs, done.atUs),
    );
    const isLimited = this.#plan.peers[due.peer]!.known < this.#plan.peers.length - 1;
    const hasLost = this.#known.lastLossUs(due.peer) >= sinceUs;
    // Where not all can be known, the owners that were known may be just those that were lost.
    const first = troubles.findIndex((trouble) => trouble !== null);
    const isExcused = isLimited && hasLost ? first >= 0 : !troubles.includes(null);
    if (!isExcused) return null;
    return `${this.#name(owners[first]!)}, which owns it, ${troubles[first]} a short while ago`;
  }

  /** Which fault of late may be why the asker knows nobody, or too few; null when none is. */
  #ownOfLate({ due, done }: Case): string | null {
    const own = this.#troubles.ofPeer(due.peer, due.atUs - RECOVERY_US, done.atUs);
    return own === null ? null : `${this.#name(due.peer)} itself ${own} a short while ago`;
  }

  /**
   * Which fault of late may be why the asker knows nobody at all: its own trouble, or that of all that it could
   * know at first or has lost since; null when none is.
   */
  #lonelyOfLate(one: Case): string | null {
    const own = this.#ownOfLate(one);
    if (own !== null) return own;
    const { peer, atUs } = one.due;
    const missed = this.#known.missedBy(peer).keys();
    const others = [...new Set([...this.#plan.peers[peer]!.starts, ...missed])];
    const troubles = others.map((other) => {
      const trouble = this.#troubles.between(peer, other, atUs - RECOVERY_US, one.done.atUs);
      return this.#misbehavior(other) ?? (trouble && `${trouble} a short while ago`);
    });
    if (others.length === 0 || troubles.includes(null)) return null;
    return `it knew nobody, and ${this.#name(others[0]!)} ${troubles[0]}`;
  }

  #name(peer: number): string {
    return describePeer(this.#plan, peer);
  }
}

function shortHash({ sha256 }: { readonly sha256: string }): string {
  return `${sha256.slice(0, 12)}…`;
}

/**
 * Whether what arrived is the beginning of what was sent, and no mixture that only happens to be shorter.
 * Reads the whole picture; asked only of what a peer sent as it was killed.
 */
function isBeginning({ sizeBytes, sha256 }: RequestDone, content: ImageContent): boolean {
  return hash('sha256', readImage(content).subarray(0, sizeBytes)) === sha256;
}
