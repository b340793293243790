/**
 * The peers of a run on real sockets, with their folders and addresses: starts them, ends them, starts
 * them again. It leaves nothing behind when it is closed.
 */
import pLimit from 'p-limit';
import { addMessages, PeerError, type Address, type MessageCounts } from '@imagemesh/peer';
import { isOurs, type Plan } from '../plan/plan.ts';
import { Random } from '../random/random.ts';
import { RunError } from '../result/run-error.ts';
import type { Addresses } from './addresses.ts';
import { DiskRules } from './disk-rules.ts';
import { startForeignPeer, type ForeignPeerOptions } from './foreign-peer.ts';
import { LeftBehind, type Leftover } from './left-behind.ts';
import type { LivePeer, LivePeerOptions } from './live-peer.ts';
import { startMisbehavingPeer } from './misbehaving-live-peer.ts';
import { PeerAddresses } from './peer-addresses.ts';
import type { LiveHosts } from './live-hosts.ts';
import { PeerFolders } from './peer-folders.ts';

/** Starts a peer of ours. */
export type StartOwnPeer = (name: string, options: LivePeerOptions) => Promise<LivePeer>;

/** What differs between the runners on real sockets. */
export interface LiveWorld {
  readonly startOwn: StartOwnPeer;
  /** Starts another program from its image; a runner without containers refuses such groups. */
  readonly startImage?: (name: string, options: ForeignPeerOptions) => Promise<LivePeer>;
  /** By default those of this machine. */
  readonly addresses?: Addresses;
  /** Where peers are on several machines: what the run has to know of those. */
  readonly hosts?: LiveHosts;
}

/** More peers starting at once only get in each other's way. */
const STARTS_AT_ONCE = 8;

/** What the peers of a run tell it by themselves. */
export interface LivePeersEvents {
  /** `atMs` is when, by `performance.now()`, where that is not now. */
  onKnows(kind: 'reached' | 'lost', peer: number, other: Address, atMs?: number): void;
  onCrash(peer: number, how: string): void;
  /** The process of one of them has written something. */
  readonly onOutput?: ((peer: number, text: string) => void) | undefined;
  /** The relay between them had a bug, after which the run cannot go on. */
  onRelayCrash(error: RunError): void;
}

/** See the head of this file. */
export class LivePeers {
  readonly addresses: Addresses;
  readonly #plan: Plan;
  readonly #world: LiveWorld;
  readonly #signal: AbortSignal;
  readonly #events: LivePeersEvents;
  readonly #live: (LivePeer | null)[];
  /** The ending or starting of each peer that began last; none begins before the one before is over. */
  readonly #changes = new Map<number, Promise<unknown>>();
  /** How often each peer was told to end or to start: one that starts may be told to end meanwhile. */
  readonly #orders: number[];
  /** Peers without their files that have not been up since they lost them. */
  readonly #emptied = new Set<number>();
  /** What peers counted in lives that are over, by number; of a process that is killed it may be unknown. */
  readonly #formerCounts = new Map<number, MessageCounts[]>();
  readonly #disks: readonly DiskRules[];
  readonly #imageNames: readonly string[];
  readonly #leftBehind: LeftBehind;
  #folders: PeerFolders | null = null;
  #isClosing = false;

  /** `signal` keeps peers from starting that have not yet, and is handed to those that start. */
  constructor(plan: Plan, world: LiveWorld, signal: AbortSignal, events: LivePeersEvents) {
    this.addresses = world.addresses ?? new PeerAddresses(plan);
    this.#plan = plan;
    this.#world = world;
    this.#signal = signal;
    this.#events = events;
    this.#live = plan.peers.map(() => null);
    this.#orders = plan.peers.map(() => 0);
    this.#disks = plan.faults.some(({ fault }) => fault.action.kind === 'disk')
      ? plan.peers.map(() => new DiskRules())
      : [];
    this.#imageNames = plan.images.map(({ name }) => name);
    this.#leftBehind = new LeftBehind((peer) => this.#folders!.of(plan, peer));
  }

  /** By number; null for those that are not up. */
  get all(): readonly (LivePeer | null)[] {
    return this.#live;
  }

  /** Makes the folders and starts everybody. Rejects with a `RunError` when that cannot be done. */
  async start(): Promise<void> {
    this.#folders = await PeerFolders.make(this.#plan, this.#signal);
    if (this.#signal.aborted) return;
    await this.addresses.prepare(this.#events.onRelayCrash);
    const numbers = [...this.#plan.peers.keys()];
    await this.#startAllOwn(numbers.filter((number) => this.#plan.peers[number]!.run === null));
    // One after the other: two plain peers that greet each other at the same time wait for ever.
    for (const number of numbers) {
      if (this.#plan.peers[number]!.run !== null) await this.#startForeign(number);
    }
  }

  /** The disk of a peer, in a plan with trouble of disks. */
  diskOf(peer: number): DiskRules {
    return this.#disks[peer]!;
  }

  /** Lets a peer greet those that it is to know at its start. */
  greet(peer: number): void {
    const starts = this.#plan.peers[peer]!.starts.map((other) => this.addresses.of(other));
    this.#live[peer]?.start(starts);
  }

  /**
   * Lets `end` end a peer, which from now on is not up. False: it was not up before either; one that is being
   * started is ended when it has. One that is not ended in order may leave files.
   */
  end(peer: number, end: (live: LivePeer) => Promise<void>, isInOrder = false): boolean {
    const live = this.#live[peer] ?? null;
    this.#live[peer] = null;
    this.#orders[peer]!++;
    if (live === null) return false;
    const counting = live.counts();
    const ending = isInOrder ? end(live) : end(live).then(() => this.#leftBehind.excuse(peer));
    this.#changes.set(
      peer,
      counting.then((counts) => this.#keepCounts(peer, counts)).then(() => ending),
    );
    return true;
  }

  /**
   * Starts a peer again, once it has ended, where it was before. Resolves to what it has when it is up; null:
   * it was told to end meanwhile, or the run ends. Rejects with a `RunError` when it cannot start.
   */
  async startAgain(peer: number, keepsFiles: boolean): Promise<{ hasFiles: boolean } | null> {
    const order = ++this.#orders[peer]!;
    const before = this.#changes.get(peer);
    const starting = this.#startWhenOver(before, peer, order, keepsFiles);
    // Whoever comes next waits for it, and is not told of its failure.
    this.#changes.set(
      peer,
      starting.catch(() => {}),
    );
    if (!(await starting)) return null;
    return { hasFiles: !this.#emptied.delete(peer) };
  }

  /** Messages of each peer by number, in all its lives; null for programs that do not tell. */
  async counts(): Promise<(MessageCounts | null)[]> {
    const last = await Promise.all(this.#live.map((live) => live?.counts() ?? null));
    return last.map((counts, peer) => {
      const lives = [...(this.#formerCounts.get(peer) ?? []), ...(counts === null ? [] : [counts])];
      return lives.length === 0 ? null : lives.reduce(addMessages);
    });
  }

  /** Ends everybody and removes everything; resolves to what peers of ours had left. Never rejects. */
  async close(): Promise<readonly Leftover[]> {
    this.#isClosing = true;
    await Promise.all(this.#changes.values());
    await Promise.all(this.#live.map((live) => live?.stop()));
    const left = await this.#lookForLeftovers();
    await this.addresses.release();
    await this.#folders?.remove();
    return left;
  }

  async #lookForLeftovers(): Promise<readonly Leftover[]> {
    if (this.#folders === null) return [];
    const ours = [...this.#plan.peers.entries()].filter(([, peer]) => isOurs(peer));
    return await this.#leftBehind.look(ours.map(([number]) => number));
  }

  #keepCounts(peer: number, counts: MessageCounts | null): void {
    if (counts === null) return;
    const former = this.#formerCounts.get(peer) ?? [];
    this.#formerCounts.set(peer, [...former, counts]);
  }

  async #startWhenOver(
    before: Promise<unknown> | undefined,
    peer: number,
    order: number,
    keepsFiles: boolean,
  ): Promise<boolean> {
    const isWanted = (): boolean => !this.#isClosing && this.#orders[peer] === order;
    await before;
    if (!isWanted()) return false;
    if (!keepsFiles) {
      await this.#folders!.empty(this.#plan, peer);
      this.#emptied.add(peer);
    }
    try {
      await this.#startOne(peer);
    } catch (error) {
      // That one does not start which is to end is of no interest.
      if (isWanted()) throw error;
      return false;
    }
    const live = this.#live[peer] ?? null;
    if (isWanted() || live === null) return live !== null;
    this.#live[peer] = null;
    await live.kill();
    return false;
  }

  async #startOne(peer: number): Promise<void> {
    try {
      if (this.#plan.peers[peer]!.run === null) await this.#startOwnPeer(peer);
      else await this.#startForeign(peer);
    } catch (error) {
      throw asRunError(error);
    }
  }

  async #startAllOwn(numbers: readonly number[]): Promise<void> {
    const limit = pLimit(STARTS_AT_ONCE);
    const starts = await Promise.allSettled(
      numbers.map((number) => limit(() => this.#startOwnPeer(number))),
    );
    const failed = starts.find((one) => one.status === 'rejected');
    if (failed) throw asRunError(failed.reason);
  }

  async #startOwnPeer(number: number): Promise<void> {
    if (this.#signal.aborted) return;
    const { name, behavior } = this.#plan.peers[number]!;
    const options = this.#optionsOf(number);
    const live =
      behavior === null
        ? await this.#world.startOwn(name, options)
        : await startMisbehavingPeer(behavior, this.#imageNames, options);
    this.#isUp(number, live);
  }

  async #startForeign(number: number): Promise<void> {
    if (this.#signal.aborted) return;
    const { name, group, run, starts } = this.#plan.peers[number]!;
    const { scenario } = this.#plan;
    const { file, image = null } = scenario.groups[group]!;
    const start = image === null ? startForeignPeer : this.#world.startImage!;
    const live = await start(name, {
      ...this.#optionsOf(number),
      run: run!,
      address: this.addresses.of(number),
      starts: starts.map((other) => this.addresses.of(other)),
      scenarioFile: file ?? scenario.file,
      image,
    });
    this.#isUp(number, live);
  }

  #optionsOf(number: number): LivePeerOptions {
    const random = Random.fromSeed(this.#plan.seed).fork('peer', number);
    const { onOutput } = this.#events;
    return {
      folder: this.#folders!.of(this.#plan, number),
      ...this.addresses.listening(number),
      known: this.#plan.peers[number]!.known,
      isEmptied: this.#emptied.has(number),
      disk: this.#disks[number] ?? null,
      random32: () => random.next32(),
      signal: this.#signal,
      events: {
        onReached: (address, atMs) => this.#events.onKnows('reached', number, address, atMs),
        onLost: (address, atMs) => this.#events.onKnows('lost', number, address, atMs),
        onCrash: (how) => this.#events.onCrash(number, how),
        onLeft: (what) => this.#leftBehind.note(number, what),
        ...(onOutput && { onOutput: (text: string) => onOutput(number, text) }),
      },
    };
  }

  #isUp(number: number, live: LivePeer): void {
    this.#live[number] = live;
    this.addresses.isUp(number, live.address);
  }
}

function asRunError(error: unknown): unknown {
  return error instanceof PeerError ? new RunError(error.message, { cause: error }) : error;
}
