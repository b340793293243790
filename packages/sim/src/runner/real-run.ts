/**
 * A run on real sockets and the real clock: start the peers, let the conductor lead them through the
 * phases, write down what they do, end them. The loopback runner and the process runner differ in
 * nothing but what a peer of ours is made of.
 */
import pLimit from 'p-limit';
import { formatAddress, PeerError, type Address } from '@imagemesh/peer';
import type { Journal } from '../journal/journal.ts';
import { imageName, type Plan } from '../plan/plan.ts';
import { Random } from '../random/random.ts';
import { Conductor } from '../workload/conductor.ts';
import { startForeignPeer } from './foreign-peer.ts';
import type { LiveAnswer, LivePeer, LivePeerOptions } from './live-peer.ts';
import { PeerFolders } from './peer-folders.ts';
import { PortBlock } from './port-block.ts';
import { RealClock } from './real-stage.ts';
import { RunError, type RunOptions } from './runner.ts';

/** Starts a peer of ours. */
export type StartOwnPeer = (name: string, options: LivePeerOptions) => Promise<LivePeer>;

/** More peers starting at once only get in each other's way. */
const STARTS_AT_ONCE = 8;

/** More requests at once than that, and the lab runs out of files and memory before it has a figure. */
const MOST_OPEN = 10_000;

/** How often the lab looks at itself and reports how far it has come. */
const SAMPLE_MS = 100;

/** See the head of this file. */
export class RealRun {
  readonly #plan: Plan;
  readonly #journal: Journal;
  readonly #startOwn: StartOwnPeer;
  readonly #options: RunOptions;
  readonly #clock = new RealClock();
  readonly #peers: (LivePeer | null)[];
  readonly #numbers = new Map<Address, number>();
  #folders: PeerFolders | null = null;
  #ports: PortBlock | null = null;
  #conductor: Conductor | null = null;
  #isOver = false;
  #open = 0;
  #abort: (error: RunError) => void = () => {};

  constructor(plan: Plan, journal: Journal, startOwn: StartOwnPeer, options: RunOptions) {
    this.#plan = plan;
    this.#journal = journal;
    this.#startOwn = startOwn;
    this.#options = options;
    this.#peers = plan.peers.map(() => null);
  }

  /** Carries the run out; everything that was started is ended when it returns or rejects. */
  async run(): Promise<void> {
    try {
      this.#folders = await PeerFolders.make(this.#plan);
      await this.#startPeers();
      if (!this.#options.signal.aborted) await this.#conduct();
      await this.#collectCounts();
    } finally {
      this.#isOver = true;
      this.#clock.stop();
      await Promise.all(this.#peers.map((peer) => peer?.stop()));
      await this.#ports?.release();
      await this.#folders?.remove();
    }
  }

  async #startPeers(): Promise<void> {
    const foreign = this.#plan.peers.flatMap((peer, number) => (peer.run === null ? [] : [number]));
    const reserved = await this.#reservePorts(foreign);
    const limit = pLimit(STARTS_AT_ONCE);
    const own = this.#plan.peers.flatMap((peer, number) => (peer.run === null ? [number] : []));
    const starts = await Promise.allSettled(
      own.map((number) => limit(() => this.#startOwnPeer(number))),
    );
    const failed = starts.find((one) => one.status === 'rejected');
    if (failed) throw asRunError(failed.reason);
    // One after the other: two plain peers that greet each other at the same time wait for ever.
    for (const number of foreign) await this.#startForeign(number, reserved);
  }

  async #reservePorts(foreign: readonly number[]): Promise<Map<number, Address>> {
    const reserved = new Map<number, Address>();
    if (foreign.length === 0) return reserved;
    this.#ports = await PortBlock.take();
    for (const number of foreign) reserved.set(number, await this.#ports.next());
    return reserved;
  }

  async #startOwnPeer(number: number): Promise<void> {
    if (this.#options.signal.aborted) return;
    this.#isUp(
      number,
      await this.#startOwn(this.#plan.peers[number]!.name, this.#peerOptions(number)),
    );
  }

  async #startForeign(number: number, reserved: ReadonlyMap<number, Address>): Promise<void> {
    if (this.#options.signal.aborted) return;
    const { name, run, starts } = this.#plan.peers[number]!;
    const addressOf = (other: number): Address =>
      this.#peers[other]?.address ?? reserved.get(other)!;
    const peer = await startForeignPeer(name, {
      ...this.#peerOptions(number),
      run: run!,
      address: reserved.get(number)!,
      starts: starts.map(addressOf),
      scenarioFile: this.#plan.scenario.file,
    });
    this.#isUp(number, peer);
  }

  #peerOptions(number: number): LivePeerOptions {
    const random = Random.fromSeed(this.#plan.seed).fork('peer', number);
    return {
      folder: this.#folders!.of(this.#plan, number),
      known: this.#plan.peers[number]!.known,
      random32: () => random.next32(),
      signal: this.#options.signal,
      events: {
        onReached: (address) => this.#knows('reached', number, address),
        onLost: (address) => this.#knows('lost', number, address),
        onCrash: (how) => this.#crashed(number, how),
      },
    };
  }

  #isUp(number: number, peer: LivePeer): void {
    this.#peers[number] = peer;
    this.#numbers.set(peer.address, number);
  }

  #knows(kind: 'reached' | 'lost', peer: number, address: Address): void {
    const other = this.#numbers.get(address);
    if (other === undefined || this.#isOver) return;
    this.#journal.write({ kind, atUs: this.#clock.nowUs(), peer, other });
    if (kind === 'reached') this.#conductor?.reached(peer);
    else this.#conductor?.lost(peer);
  }

  #crashed(peer: number, how: string): void {
    if (this.#isOver) return;
    this.#journal.write({
      kind: 'peer-down',
      atUs: this.#clock.nowUs(),
      peer,
      isPlanned: false,
      how,
    });
  }

  async #conduct(): Promise<void> {
    const { signal, onProgress } = this.#options;
    const over = Promise.withResolvers<void>();
    const conductor = new Conductor(
      this.#plan,
      {
        nowUs: () => this.#clock.nowUs(),
        at: (atUs, action) => this.#clock.at(atUs, action),
        request: (request, peer, image) => void this.#request(request, peer, image),
      },
      this.#journal,
      over.resolve,
    );
    this.#conductor = conductor;
    this.#abort = (error) => {
      this.#isOver = true;
      over.reject(error);
    };
    const cut = (): void => conductor.cut();
    signal.addEventListener('abort', cut, { once: true });
    this.#clock.start();
    this.#announceUp();
    conductor.start();
    this.#peers.forEach((peer, number) => peer?.start(this.#startAddresses(number)));
    const sampling = setInterval(() => {
      this.#sample();
      onProgress?.(conductor.progress, this.#clock.nowUs());
    }, SAMPLE_MS);
    try {
      await over.promise;
    } finally {
      clearInterval(sampling);
    }
    this.#sample();
    signal.removeEventListener('abort', cut);
  }

  #announceUp(): void {
    this.#peers.forEach((peer, number) => {
      if (peer === null) return;
      const address = formatAddress(peer.address);
      this.#journal.write({ kind: 'peer-up', atUs: 0, peer: number, address });
    });
  }

  #startAddresses(number: number): Address[] {
    return this.#plan.peers[number]!.starts.map((other) => this.#peers[other]!.address);
  }

  async #request(request: number, peer: number, image: number): Promise<void> {
    if (++this.#open > MOST_OPEN) {
      const message = `More than ${MOST_OPEN} requests were waiting for an answer at once; ask for a lower rate.`;
      return this.#abort(new RunError(message));
    }
    const answer = await this.#peers[peer]!.request(imageName(this.#plan, image)).catch(() => null);
    this.#open--;
    if (this.#isOver) return;
    // A peer that has ended gives no answer: the request stays open and fails.
    if (answer !== null) this.#journal.write(this.#doneEvent(request, answer));
    this.#conductor!.requestDone(request);
  }

  #doneEvent(request: number, answer: LiveAnswer): Parameters<Journal['write']>[0] {
    return {
      kind: 'done',
      atUs: this.#clock.usAt(answer.arrivedMs),
      request,
      outcome: answer.outcome,
      from: this.#numbers.get(answer.from) ?? -1,
      sizeBytes: answer.sizeBytes,
      sha256: answer.sha256,
      attempts: answer.attempts.map(({ address, outcome }) => ({
        peer: this.#numbers.get(address) ?? -1,
        outcome,
      })),
    };
  }

  #sample(): void {
    const rssBytes = this.#peers.reduce(
      (sum, peer) => sum + (peer?.rssBytes() ?? 0),
      residentBytes(),
    );
    const lagUs = this.#clock.takeWorstLagUs();
    this.#journal.write({ kind: 'harness', atUs: this.#clock.nowUs(), lagUs, rssBytes });
  }

  async #collectCounts(): Promise<void> {
    const counts = await Promise.all(this.#peers.map((peer) => peer?.counts() ?? null));
    counts.forEach((one, peer) => {
      if (one === null) return;
      this.#journal.write({ kind: 'counts', atUs: this.#clock.nowUs(), peer, counts: one });
    });
    this.#sample();
  }
}

function asRunError(error: unknown): unknown {
  return error instanceof PeerError ? new RunError(error.message, { cause: error }) : error;
}

/** Memory of this process; 0 when the system is too short of files to tell. */
function residentBytes(): number {
  try {
    return process.memoryUsage.rss();
  } catch {
    return 0;
  }
}
