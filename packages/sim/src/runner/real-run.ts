/**
 * A run on real sockets and the real clock: start the peers, let the conductor lead them through the
 * phases, write down what they do, end them. The loopback runner and the process runner differ in
 * nothing but what a peer of ours is made of.
 */
import { formatAddress, type Address } from '@imagemesh/peer';
import { FaultDirector } from '../fault/director.ts';
import type { Heal } from '../fault/trouble.ts';
import { tee, type Journal } from '../journal/journal.ts';
import { imageName, type Plan } from '../plan/plan.ts';
import type { RunError } from '../result/run-error.ts';
import { Conductor } from '../workload/conductor.ts';
import type { Leftover } from './left-behind.ts';
import type { LiveHosts } from './live-hosts.ts';
import { LivePeers, type LiveWorld } from './live-peers.ts';
import { RealRequests } from './real-requests.ts';
import { RealClock } from './real-stage.ts';
import { RealTrouble } from './real-trouble.ts';
import type { RunOptions } from './runner.ts';
import { SelfWatch } from './self-watch.ts';

/** How often the lab looks at itself and reports how far it has come. */
const SAMPLE_MS = 100;

/** See the head of this file. */
export class RealRun {
  readonly #plan: Plan;
  readonly #journal: Journal;
  readonly #options: RunOptions;
  readonly #clock = new RealClock();
  readonly #watched = new SelfWatch();
  readonly #peers: LivePeers;
  readonly #requests: RealRequests;
  readonly #director: FaultDirector;
  readonly #hosts: LiveHosts | null;
  #conductor: Conductor | null = null;
  #isOver = false;
  /** Ends the run because it cannot go on. */
  #abort: (error: unknown) => void = () => {};

  constructor(plan: Plan, journal: Journal, world: LiveWorld, options: RunOptions) {
    this.#plan = plan;
    this.#options = options;
    this.#peers = new LivePeers(plan, world, options.signal, {
      onKnows: (kind, peer, address, atMs) => this.#knows(kind, peer, address, atMs),
      onCrash: (peer, how) => this.#crashed(peer, how),
      onOutput: options.onOutput,
      onRelayCrash: (error: RunError) => this.#abort(error),
    });
    this.#requests = new RealRequests(this.#peers, this.#clock);
    const trouble = new RealTrouble(this.#peers, {
      onEnded: (peer) => this.#conductor?.forget(peer),
      onUpAgain: (peer, hasFiles) => this.#announceUp(peer, this.#clock.nowUs(), hasFiles),
      onFailed: (error) => {
        if (!this.#isOver) this.#abort(error);
      },
    });
    this.#director = new FaultDirector(plan, this.#clock, trouble, journal);
    this.#journal = plan.faults.length > 0 ? tee([journal, this.#director]) : journal;
    this.#hosts = world.hosts ?? null;
    const lost = new Map<number, Heal>();
    this.#hosts?.listen({
      onLost: (peers, atMs, how) => this.#lose(lost, peers, atMs, how),
      onBack: (peers) => {
        for (const peer of peers) lost.get(peer)?.();
      },
    });
  }

  /** Carries the run out; everything that was started is ended when it returns or rejects. */
  async run(): Promise<void> {
    let left: readonly Leftover[];
    try {
      await this.#peers.start();
      if (!this.#options.signal.aborted) await this.#conduct();
      await this.#collectCounts();
    } finally {
      this.#isOver = true;
      this.#clock.stop();
      this.#watched.stop();
      left = await this.#peers.close();
    }
    // Peers that were interrupted may not even have been up.
    if (!this.#options.signal.aborted) this.#noteLeftovers(left);
  }

  #noteLeftovers(left: readonly Leftover[]): void {
    const atUs = this.#clock.nowUs();
    for (const one of left) this.#journal.write({ kind: 'left-behind', atUs, ...one });
    this.#journal.write({ kind: 'all-ended', atUs, problem: null });
  }

  async #conduct(): Promise<void> {
    const over = Promise.withResolvers<void>();
    const conductor = this.#makeConductor(over.resolve);
    this.#conductor = conductor;
    this.#abort = (error) => {
      this.#isOver = true;
      over.reject(error);
    };
    const { signal } = this.#options;
    const cut = (): void => conductor.cut();
    signal.addEventListener('abort', cut, { once: true });
    this.#begin(conductor);
    const sampling = setInterval(() => this.#watch(conductor), SAMPLE_MS);
    try {
      await over.promise;
    } finally {
      clearInterval(sampling);
    }
    this.#sample();
    signal.removeEventListener('abort', cut);
  }

  #makeConductor(onOver: () => void): Conductor {
    const stage = {
      nowUs: () => this.#clock.nowUs(),
      at: (atUs: number, action: () => void) => this.#clock.at(atUs, action),
      request: (request: number, peer: number, image: number, dueUs: number) =>
        void this.#request(request, peer, image, dueUs),
      ...(this.#hosts && { leadUs: this.#hosts.leadUs }),
    };
    return new Conductor(this.#plan, stage, this.#journal, onOver);
  }

  #begin(conductor: Conductor): void {
    this.#clock.start();
    this.#watched.reset();
    this.#peers.all.forEach((live, peer) => {
      if (live !== null) this.#announceUp(peer, 0, true);
    });
    conductor.start();
    for (const peer of this.#plan.peers.keys()) this.#peers.greet(peer);
  }

  #announceUp(peer: number, atUs: number, hasFiles: boolean): void {
    const address = formatAddress(this.#peers.addresses.of(peer));
    this.#journal.write({ kind: 'peer-up', atUs, peer, address, hasFiles });
  }

  async #request(request: number, peer: number, image: number, dueUs: number): Promise<void> {
    try {
      const name = imageName(this.#plan, image);
      const done = await this.#requests.ask(request, peer, name, dueUs);
      if (this.#isOver) return;
      // A peer that has ended by itself gives no answer: the request stays open and fails.
      if (done !== null) this.#journal.write(done);
      this.#conductor!.requestDone(request);
    } catch (error) {
      this.#abort(error);
    }
  }

  #knows(kind: 'reached' | 'lost', peer: number, address: Address, atMs?: number): void {
    const other = this.#peers.addresses.peerAt(address);
    // What one says that has ended, or is about to, is of no interest.
    if (other === undefined || this.#isOver || this.#director.isDown(peer)) return;
    const atUs = atMs === undefined ? this.#clock.nowUs() : this.#clock.usAt(atMs);
    this.#journal.write({ kind, atUs: Math.max(0, atUs), peer, other });
    if (kind === 'reached') this.#conductor?.reached(peer);
    else this.#conductor?.lost(peer);
  }

  /** Ends peers that a lost host has ended; `lost` gets what starts each again. */
  #lose(lost: Map<number, Heal>, peers: readonly number[], atMs: number, how: string): void {
    if (this.#isOver) return;
    const atUs = Math.max(0, this.#clock.usAt(atMs));
    for (const peer of peers) lost.set(peer, this.#director.lose([peer], how, atUs));
  }

  #crashed(peer: number, how: string): void {
    if (this.#isOver || this.#director.isDown(peer)) return;
    const atUs = this.#clock.nowUs();
    this.#journal.write({ kind: 'peer-down', atUs, peer, isPlanned: false, how });
  }

  #watch(conductor: Conductor): void {
    this.#sample();
    this.#options.onProgress?.(conductor.progress, this.#clock.nowUs());
  }

  #sample(): void {
    const rssBytes = this.#peers.all.reduce(
      (sum, live) => sum + (live?.rssBytes() ?? 0),
      residentBytes(),
    );
    const lagUs = Math.max(
      this.#clock.takeWorstLagUs(),
      this.#watched.takeWorstDelayUs(),
      Math.round((this.#hosts?.takeWorstLagMs() ?? 0) * 1_000),
    );
    const load = this.#watched.takeLoad();
    this.#journal.write({ kind: 'harness', atUs: this.#clock.nowUs(), lagUs, rssBytes, load });
  }

  async #collectCounts(): Promise<void> {
    const counts = await this.#peers.counts();
    counts.forEach((one, peer) => {
      if (one === null) return;
      this.#journal.write({ kind: 'counts', atUs: this.#clock.nowUs(), peer, counts: one });
    });
    this.#sample();
  }
}

/** Memory of this process; 0 when the system is too short of files to tell. */
function residentBytes(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return 0;
  }
}
