import {
  DEFAULT_LIMITS,
  formatAddress,
  noMessages,
  Peer,
  portOf,
  type Address,
  type FetchResult,
  type MessageCounts,
  type MessageType,
  type PeerLimits,
  type PeerObserver,
} from '@imagemesh/peer';
import { MisbehavingPeer } from '../behavior/misbehaving-peer.ts';
import { behaviorOf } from '../behavior/registry.ts';
import { FaultDirector } from '../fault/director.ts';
import type { Heal, Links, Trouble } from '../fault/trouble.ts';
import { tee, type Journal } from '../journal/journal.ts';
import type { ImageContent } from '../plan/images.ts';
import { imageName, type Plan } from '../plan/plan.ts';
import type { DiskRule, LinkRule } from '../scenario/scenario.ts';
import { Conductor } from '../workload/conductor.ts';
import { Content } from './content.ts';
import { MOST_PEERS, sayFarewell, TOO_MANY_PEERS, type EndingPeer } from './farewell.ts';
import { VirtualBehaviorWorld } from './virtual-behavior-world.ts';
import { LogicError } from './logic-error.ts';
import type { VirtualHost } from './virtual-host.ts';
import { WireTrace } from './wire-trace.ts';
import { addressOf, hostAt } from './host-address.ts';
import { World } from './world.ts';

/** How long a peer that is told to stop may go on with what it sends. */
const STOP_US = 1_000_000;

/**
 * So long those that misbehave go on as before when the others are told to end; then they go easy. They do not stop: a
 * peer that still takes callers is seen by those that it has.
 */
const NOISE_US = 2_000_000;

/** After so long a request that a peer cannot even make is over. */
const UNASKED_US = 100_000;

/** Counts what one peer sends and receives, and writes down whom it knows. */
class Watch implements PeerObserver {
  readonly #counts: MessageCounts;
  readonly #host: VirtualHost;
  readonly #run: VirtualRun;

  constructor(counts: MessageCounts, host: VirtualHost, run: VirtualRun) {
    this.#counts = counts;
    this.#host = host;
    this.#run = run;
  }

  onMessage(type: MessageType, isSent: boolean): void {
    if (isSent) this.#counts.sent[type]++;
    else this.#counts.received[type]++;
  }

  onReached(address: Address): void {
    this.#run.knows('reached', this.#host, address);
  }

  onLost(address: Address): void {
    this.#run.knows('lost', this.#host, address);
  }
}

/** A plan in the virtual world: the very peers of `@imagemesh/peer` on virtual hosts. */
export class VirtualRun implements Trouble {
  readonly world: World;
  readonly conductor: Conductor;
  readonly #plan: Plan;
  readonly #journal: Journal;
  readonly #peers: Peer[] = [];
  readonly #misbehaving = new Map<number, MisbehavingPeer>();
  readonly #imageNames: readonly string[];
  readonly #counts: MessageCounts[] = [];
  /** Requests under way of each peer, where peers may end; null elsewhere. */
  readonly #open: Map<number, Set<number>> | null;
  readonly #director: FaultDirector;
  /** By `known`: peers that have the same share them. */
  readonly #limits = new Map<number, PeerLimits>([[DEFAULT_LIMITS.known, DEFAULT_LIMITS]]);
  #isOver = false;
  /** The peers are being ended: faults and requests that were still to come do not. */
  #isClosing = false;

  /** `wire` gets what happens on the simulated wire, in order with what `journal` gets; it may be the same. */
  constructor(plan: Plan, journal: Journal, wire: Journal | null = null) {
    this.#plan = plan;
    this.#imageNames = plan.images.map(({ name }) => name);
    const isTroubled = plan.faults.length > 0;
    this.#open = isTroubled ? new Map(plan.peers.map((_, peer) => [peer, new Set()])) : null;
    this.world = new World(plan.seed, plan.scenario.network, isTroubled);
    const clock = {
      nowUs: () => this.world.nowUs,
      at: (atUs: number, action: () => void) => this.#at(atUs, action),
    };
    this.#director = new FaultDirector(plan, clock, this, journal);
    this.#journal = isTroubled ? tee([journal, this.#director]) : journal;
    if (wire !== null) this.world.wire = new WireTrace(wire);
    plan.images.forEach((image, number) => {
      this.world.catalog.add(image.name, contentOf(image, number, 1));
    });
    const others = otherContents(plan);
    this.conductor = new Conductor(
      plan,
      { ...clock, request: (request, peer, image) => this.#request(request, peer, image) },
      this.#journal,
      () => (this.#isOver = true),
    );
    plan.peers.forEach((peer, number) => {
      const names = peer.images.map((image) => imageName(plan, image));
      this.#counts.push(noMessages());
      this.#addPeer(number, this.world.addHost(names, others.get(number)));
    });
  }

  /** Whether the run has come to its end. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Lets everything begin; nothing has happened before. A bug is a `LogicError`. */
  start(): void {
    this.#plan.peers.forEach((_, peer) => this.#noteUp(peer, true));
    this.conductor.start();
    try {
      this.#plan.peers.forEach((_, peer) => this.#startPeer(peer));
    } catch (error) {
      throw new LogicError(this.world, error);
    }
  }

  /** Handles events until the run is over or `count` have been handled. A bug is a `LogicError`. */
  advance(count: number): void {
    const { world } = this;
    const until = world.events + count;
    while (!this.#isOver && world.events < until) {
      // With every peer's alarms set there is always a next event; without one, nobody is left.
      if (!this.#step()) return this.conductor.cut();
    }
  }

  /**
   * Lets the world go on behind the end of the run until something is so, for so long and so many events at most: peers
   * may talk for ever at one moment. A bug is a `LogicError`.
   */
  advanceUntil(isSo: () => boolean, us: number, events: number): void {
    const { world } = this;
    const [untilUs, most] = [world.nowUs + us, world.events + events];
    while (!isSo() && world.nowUs < untilUs && world.events < most && this.#step());
  }

  #step(): boolean {
    try {
      return this.world.step();
    } catch (error) {
      throw new LogicError(this.world, error);
    }
  }

  /** Writes down what the peers have counted. */
  finish(): void {
    this.#counts.forEach(({ sent, received }, peer) => {
      if (this.#misbehaving.has(peer)) return;
      // A copy: what they count while they end is not part of the run.
      const counts = { sent: { ...sent }, received: { ...received } };
      this.#journal.write({ kind: 'counts', atUs: this.world.nowUs, peer, counts });
    });
  }

  /**
   * Faults and requests that were still to come do not: for who looks at the peers when the run is over and they have not
   * been told to end.
   */
  rest(): void {
    this.#isClosing = true;
    this.world.wire = null;
  }

  /**
   * Ends the peers and writes down what they leave behind. The world goes on for that, so that whatever is to
   * be known of the run, its events and its trace hash, is to be taken before. A bug is a `LogicError`.
   */
  close(): void {
    this.rest();
    this.world.at(this.world.nowUs + NOISE_US, () => {
      for (const misbehaving of this.#misbehaving.values()) misbehaving.ease();
    });
    const isTooLarge = this.#peers.length > MOST_PEERS;
    const { left, problem } = isTooLarge
      ? { left: [], problem: TOO_MANY_PEERS }
      : sayFarewell(this.world, this.#endingPeers(), () => this.#step());
    const atUs = this.world.nowUs;
    for (const one of left) this.#journal.write({ kind: 'left-behind', atUs, ...one });
    this.#journal.write({ kind: 'all-ended', atUs, problem });
  }

  /** Peers of ours that are up and have not been told to end before. */
  #endingPeers(): EndingPeer[] {
    return this.#peers.flatMap((peer, number) => {
      const host = this.#hostOf(number);
      return this.#misbehaving.has(number) || this.#isGone(host) ? [] : [{ number, peer, host }];
    });
  }

  /** For faults and the workload. */
  #at(atUs: number, action: () => void): void {
    this.world.at(atUs, () => {
      if (!this.#isClosing) action();
    });
  }

  kill(peer: number): void {
    this.world.fates.kill(this.#hostOf(peer));
    this.#gone(peer);
  }

  stop(peer: number): void {
    const host = this.#hostOf(peer);
    this.#peers[peer]!.stop();
    this.#gone(peer);
    this.world.at(this.world.nowUs + STOP_US, () => this.world.fates.kill(host));
  }

  restart(peer: number, keepsFiles: boolean): void {
    // One that was told to stop may not have come to its end yet.
    this.world.fates.kill(this.#hostOf(peer));
    this.#addPeer(peer, this.world.fates.revive(this.#hostOf(peer), keepsFiles));
    this.#noteUp(peer, keepsFiles);
    this.#startPeer(peer);
  }

  pause(peer: number): void {
    this.world.fates.pause(this.#hostOf(peer));
  }

  resume(peer: number): void {
    this.world.fates.resume(this.#hostOf(peer));
  }

  vanish(peer: number): void {
    this.world.fates.powerOff(this.#hostOf(peer));
    this.#gone(peer);
  }

  jumpClock(peer: number, byUs: number): void {
    this.#hostOf(peer).jumpClock(byUs);
  }

  addLinkRule(links: Links, rule: LinkRule): Heal {
    return this.world.addLinkRule(links, rule);
  }

  addDiskRule(peer: number, rule: DiskRule): Heal {
    return this.#hostOf(peer).images.addRule(rule);
  }

  #hostOf(peer: number): VirtualHost {
    return this.world.hosts[peer]!;
  }

  /** A peer has ended: it knows nobody any more, and what it was asking for comes to nothing. */
  #gone(peer: number): void {
    this.conductor.forget(peer);
    const open = [...this.#open!.get(peer)!];
    for (const request of open) this.#cancelled(peer, request);
  }

  /** One that cannot be made is over in a moment, or sooner, when its peer is made to end once more. */
  #cancelled(peer: number, request: number): void {
    if (!this.#open!.get(peer)!.delete(request) || this.#isOver) return;
    this.#journal.write({
      kind: 'done',
      atUs: this.world.nowUs,
      request,
      outcome: 'cancelled',
      from: -1,
      sizeBytes: 0,
      sha256: '',
      attempts: [],
    });
    this.conductor.requestDone(request);
  }

  #noteUp(peer: number, hasFiles: boolean): void {
    const address = formatAddress(addressOf(peer));
    this.#journal.write({ kind: 'peer-up', atUs: this.world.nowUs, peer, address, hasFiles });
  }

  #startPeer(number: number): void {
    const starts = this.#plan.peers[number]!.starts.map(addressOf);
    this.#peers[number]!.start({ starts, announcePort: portOf(addressOf(number)) });
    this.#misbehaving.get(number)?.start(addressOf(number));
  }

  /** Puts a peer onto a host; in the place of the one before, where that has ended. */
  #addPeer(number: number, host: VirtualHost): void {
    const { known, behavior } = this.#plan.peers[number]!;
    if (behavior !== null) return this.#addMisbehaving(number, host, behavior);
    const watch = new Watch(this.#counts[number]!, host, this);
    const peer = new Peer(host, this.#limitsFor(known), watch);
    this.#peers[number] = peer;
    host.handler = peer;
  }

  #limitsFor(known: number): PeerLimits {
    let limits = this.#limits.get(known);
    if (limits === undefined) this.#limits.set(known, (limits = { ...DEFAULT_LIMITS, known }));
    return limits;
  }

  /** What it knows and counts is told to nobody. */
  #addMisbehaving(number: number, host: VirtualHost, behavior: string): void {
    const peer = new Peer(host, DEFAULT_LIMITS);
    const world = new VirtualBehaviorWorld(host, this.#imageNames);
    const misbehaving = new MisbehavingPeer(peer, behaviorOf(behavior), world);
    this.#peers[number] = peer;
    this.#misbehaving.set(number, misbehaving);
    host.handler = misbehaving;
  }

  /** Whether a host has ended, or is to; what its peer still says is of no interest. */
  #isGone(host: VirtualHost): boolean {
    return host.end !== null || (this.#open !== null && this.#director.isDown(host.index));
  }

  /** For the observers of the peers. */
  knows(kind: 'reached' | 'lost', host: VirtualHost, address: Address): void {
    if (this.#isOver || this.#isGone(host)) return;
    const peer = host.index;
    const other = hostAt(address);
    this.#journal.write({ kind, atUs: this.world.nowUs, peer, other });
    if (kind === 'reached') this.conductor.reached(peer);
    else this.conductor.lost(peer);
  }

  #request(request: number, peer: number, image: number): void {
    if (this.#open !== null) {
      this.#open.get(peer)!.add(request);
      if (this.#isGone(this.#hostOf(peer))) {
        this.world.at(this.world.nowUs + UNASKED_US, () => this.#cancelled(peer, request));
        return;
      }
    }
    const name = imageName(this.#plan, image);
    this.#peers[peer]!.fetch(name, null, (result) => this.#done(request, peer, result));
  }

  #done(request: number, peer: number, { outcome, image, attempts, isJoined }: FetchResult): void {
    if (this.#isOver) return;
    // One that was cancelled has been written down when its peer ended.
    if (this.#open !== null && !this.#open.get(peer)!.delete(request)) return;
    this.#journal.write({
      kind: 'done',
      atUs: this.world.nowUs,
      request,
      outcome,
      from: image === null ? -1 : hostAt(image.from),
      sizeBytes: image?.sizeBytes ?? 0,
      sha256: image?.sha256 ?? '',
      attempts: attempts.map((one) => ({ peer: hostAt(one.address), outcome: one.outcome })),
      ...(isJoined && { isJoined }),
    });
    this.conductor.requestDone(request);
  }
}

function contentOf(image: ImageContent, number: number, version: number): Content {
  const content = Content.ofImage(image);
  content.number = number;
  content.version = version;
  return content;
}

/** For each peer that holds other pictures than the first under the names of images: these, by name. */
function otherContents({ images }: Plan): Map<number, Map<string, Content>> {
  const byPeer = new Map<number, Map<string, Content>>();
  images.forEach(({ name, others }, number) => {
    for (const { version, content, owners } of others) {
      const held = contentOf(content, number, version);
      for (const owner of owners) {
        const own = byPeer.get(owner) ?? new Map<string, Content>();
        byPeer.set(owner, own.set(name, held));
      }
    }
  });
  return byPeer;
}
