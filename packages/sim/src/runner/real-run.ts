/**
 * A run on real sockets and the real clock: start the peers, let the conductor lead them through the
 * phases, write down what they do, end them. The loopback runner and the process runner differ in
 * nothing but what a peer of ours is made of.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import {
  formatAddress,
  formatIp,
  makeAddress,
  parseIp,
  PeerError,
  portOf,
  type Address,
} from '@imagemesh/peer';
import { FaultDirector } from '../fault/director.ts';
import type { Heal, Links, Trouble } from '../fault/trouble.ts';
import { tee, type Journal } from '../journal/journal.ts';
import type { PlannedFault } from '../plan/faults.ts';
import { imageName, type Plan } from '../plan/plan.ts';
import { Random } from '../random/random.ts';
import { RelayThread } from '../relay/relay-thread.ts';
import type { LinkRule } from '../scenario/scenario.ts';
import { Conductor } from '../workload/conductor.ts';
import { startForeignPeer } from './foreign-peer.ts';
import type { LiveAnswer, LivePeer, LivePeerOptions } from './live-peer.ts';
import { startMisbehavingPeer } from './misbehaving-live-peer.ts';
import { PeerFolders } from './peer-folders.ts';
import { OWN_PORTS, PortBlock, PROGRAM_PORTS } from './port-block.ts';
import { RealClock } from './real-stage.ts';
import { RunError } from '../result/run-error.ts';
import type { RunOptions } from './runner.ts';

/** Starts a peer of ours. */
export type StartOwnPeer = (name: string, options: LivePeerOptions) => Promise<LivePeer>;

/** More peers starting at once only get in each other's way. */
const STARTS_AT_ONCE = 8;

/** More requests at once than that, and the lab runs out of files and memory before it has a figure. */
const MOST_OPEN = 10_000;

/** How long replies that are under way may go on when a peer is told to end. */
const STOP_MS = 1_000;

/** After so long a request that a peer cannot even make is over. */
const UNASKED_MS = 100;

/** Behind a relay each peer has an address of its own, 127.64.0.1 and so on. */
const FIRST_PEER_IP = parseIp('127.64.0.1')!;

/** How often the lab looks at itself and reports how far it has come. */
const SAMPLE_MS = 100;

/** See the head of this file. */
export class RealRun implements Trouble {
  readonly #plan: Plan;
  readonly #journal: Journal;
  readonly #startOwn: StartOwnPeer;
  readonly #options: RunOptions;
  readonly #clock = new RealClock();
  readonly #peers: (LivePeer | null)[];
  readonly #numbers = new Map<Address, number>();
  /** Where each peer listens, also when it has ended. */
  readonly #addresses: Address[];
  /** Peers of the past that are still on their way out. */
  readonly #ending = new Map<number, Promise<void>>();
  readonly #director: FaultDirector;
  readonly #imageNames: readonly string[];
  #folders: PeerFolders | null = null;
  readonly #ports: PortBlock[] = [];
  /** Between the peers, when something is to be wrong with their links. */
  #relay: RelayThread | null = null;
  #conductor: Conductor | null = null;
  #isOver = false;
  #open = 0;
  #abort: (error: RunError) => void = () => {};

  constructor(plan: Plan, journal: Journal, startOwn: StartOwnPeer, options: RunOptions) {
    this.#plan = plan;
    this.#director = new FaultDirector(plan, this.#clock, this, journal);
    this.#journal = plan.faults.length > 0 ? tee([journal, this.#director]) : journal;
    this.#addresses = plan.peers.map(() => 0);
    this.#startOwn = startOwn;
    this.#options = options;
    this.#peers = plan.peers.map(() => null);
    this.#imageNames = plan.images.map(({ name }) => name);
  }

  /** Carries the run out; everything that was started is ended when it returns or rejects. */
  async run(): Promise<void> {
    try {
      this.#folders = await PeerFolders.make(this.#plan, this.#options.signal);
      if (!this.#options.signal.aborted) await this.#startPeers();
      if (!this.#options.signal.aborted) await this.#conduct();
      await this.#collectCounts();
    } finally {
      this.#isOver = true;
      this.#clock.stop();
      await Promise.all([...this.#peers.map((peer) => peer?.stop()), ...this.#ending.values()]);
      await this.#relay?.close();
      for (const block of this.#ports) await block.release();
      await this.#folders?.remove();
    }
  }

  async #startPeers(): Promise<void> {
    const foreign = this.#plan.peers.flatMap((peer, number) => (peer.run === null ? [] : [number]));
    if (this.#plan.faults.some(isOfLinks)) await this.#openRelay();
    const reserved = await this.#reservePorts(foreign, PROGRAM_PORTS);
    // A peer that may be started again needs a port that no outgoing connection takes meanwhile.
    if (this.#plan.faults.length > 0 && this.#relay === null) {
      const own = [...this.#plan.peers.keys()].filter((number) => !reserved.has(number));
      await this.#reservePorts(own, OWN_PORTS);
    }
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

  async #openRelay(): Promise<void> {
    this.#relay = await RelayThread.open(this.#plan.seed, (error) => this.#abort(error));
    for (const number of this.#plan.peers.keys()) {
      const address = makeAddress(FIRST_PEER_IP + number, 0);
      this.#addresses[number] = await this.#relay.attach(number, address);
    }
  }

  /** Sets addresses of peers before they listen there. */
  async #reservePorts(
    numbers: readonly number[],
    range: Parameters<typeof PortBlock.take>[0],
  ): Promise<Map<number, Address>> {
    const reserved = new Map<number, Address>();
    if (numbers.length === 0) return reserved;
    const block = await PortBlock.take(range);
    this.#ports.push(block);
    for (const number of numbers) {
      reserved.set(number, await block.next());
      this.#addresses[number] = reserved.get(number)!;
    }
    return reserved;
  }

  async #startOwnPeer(number: number): Promise<void> {
    if (this.#options.signal.aborted) return;
    const { name, behavior } = this.#plan.peers[number]!;
    const options = this.#peerOptions(number);
    const peer =
      behavior === null
        ? await this.#startOwn(name, options)
        : await startMisbehavingPeer(behavior, this.#imageNames, options);
    this.#isUp(number, peer);
  }

  async #startForeign(number: number, reserved: ReadonlyMap<number, Address>): Promise<void> {
    if (this.#options.signal.aborted) return;
    const { name, group, run, starts } = this.#plan.peers[number]!;
    const { scenario } = this.#plan;
    const addressOf = (other: number): Address => this.#addresses[other] || reserved.get(other)!;
    const peer = await startForeignPeer(name, {
      ...this.#peerOptions(number),
      run: run!,
      address: reserved.get(number)!,
      starts: starts.map(addressOf),
      scenarioFile: scenario.groups[group]!.file ?? scenario.file,
    });
    this.#isUp(number, peer);
  }

  #peerOptions(number: number): LivePeerOptions {
    const random = Random.fromSeed(this.#plan.seed).fork('peer', number);
    return {
      folder: this.#folders!.of(this.#plan, number),
      // Behind the relay any port will do, as the others know another one.
      port: this.#relay === null ? portOf(this.#addresses[number]!) : 0,
      host: this.#relay === null ? '127.0.0.1' : formatIp(FIRST_PEER_IP + number),
      announce: this.#relay === null ? null : portOf(this.#addresses[number]!),
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
    if (this.#relay === null) this.#addresses[number] = peer.address;
    else this.#relay.route(number, peer.address);
    this.#numbers.set(this.#addresses[number]!, number);
  }

  #knows(kind: 'reached' | 'lost', peer: number, address: Address): void {
    const other = this.#numbers.get(address);
    // What one says that has ended, or is about to, is of no interest.
    if (other === undefined || this.#isOver || this.#director.isDown(peer)) return;
    this.#journal.write({ kind, atUs: this.#clock.nowUs(), peer, other });
    if (kind === 'reached') this.#conductor?.reached(peer);
    else this.#conductor?.lost(peer);
  }

  #crashed(peer: number, how: string): void {
    if (this.#isOver || this.#director.isDown(peer)) return;
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
      const address = formatAddress(this.#addresses[number]!);
      this.#journal.write({ kind: 'peer-up', atUs: 0, peer: number, address, hasFiles: true });
    });
  }

  #startAddresses(number: number): Address[] {
    return this.#plan.peers[number]!.starts.map((other) => this.#addresses[other]!);
  }

  async #request(request: number, peer: number, image: number): Promise<void> {
    if (++this.#open > MOST_OPEN) {
      const message = `More than ${MOST_OPEN} requests were waiting for an answer at once; ask for a lower rate.`;
      return this.#abort(new RunError(message));
    }
    const answer = await this.#ask(peer, imageName(this.#plan, image));
    this.#open--;
    if (this.#isOver) return;
    // A peer that has ended by itself gives no answer: the request stays open and fails.
    if (answer !== null) this.#journal.write(this.#doneEvent(request, answer));
    this.#conductor!.requestDone(request);
  }

  /** Makes a peer ask; null when it ends by itself before it has an answer. */
  async #ask(peer: number, name: string): Promise<LiveAnswer | null> {
    const live = this.#peers[peer];
    if (live) {
      const answer = await live.request(name).catch(() => null);
      return answer ?? (this.#peers[peer] === live ? null : cancelled());
    }
    // A fault has ended it, and it has not come back yet.
    await sleep(UNASKED_MS);
    return cancelled();
  }

  kill(peer: number): void {
    this.#endPeer(peer, (live) => live.kill());
  }

  stop(peer: number): void {
    this.#endPeer(peer, (live) => live.stop(STOP_MS));
  }

  restart(peer: number, keepsFiles: boolean): void {
    this.#startAgain(peer, keepsFiles).catch((error: unknown) => {
      if (!this.#isOver) this.#abort(asRunError(error) as RunError);
    });
  }

  pause(peer: number): void {
    this.#peers[peer]?.pause();
  }

  resume(peer: number): void {
    this.#peers[peer]?.resume();
  }

  vanish(): void {
    throw new Error('a runner that cannot do a fault refuses it');
  }

  addDiskRule(): Heal {
    return this.vanish() as never;
  }

  addLinkRule(links: Links, rule: LinkRule): Heal {
    return this.#relay!.addLinkRule(links, rule);
  }

  #endPeer(peer: number, end: (live: LivePeer) => Promise<void>): void {
    const live = this.#peers[peer];
    if (!live) return;
    this.#peers[peer] = null;
    this.#ending.set(peer, end(live));
    this.#conductor?.forget(peer);
  }

  async #startAgain(peer: number, keepsFiles: boolean): Promise<void> {
    await this.#ending.get(peer);
    if (this.#isOver) return;
    if (!keepsFiles) await this.#folders!.empty(this.#plan, peer);
    const { run } = this.#plan.peers[peer]!;
    if (run === null) await this.#startOwnPeer(peer);
    else await this.#startForeign(peer, new Map([[peer, this.#addresses[peer]!]]));
    const live = this.#peers[peer];
    if (!live) return;
    // The run may have ended while it started.
    if (this.#isOver) return await live.stop();
    const address = formatAddress(this.#addresses[peer]!);
    const atUs = this.#clock.nowUs();
    this.#journal.write({ kind: 'peer-up', atUs, peer, address, hasFiles: keepsFiles });
    live.start(this.#startAddresses(peer));
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

/** What a request comes to whose peer was ended by a fault. */
function cancelled(): LiveAnswer {
  const arrivedMs = performance.now();
  return { outcome: 'cancelled', arrivedMs, from: 0, sizeBytes: 0, sha256: '', attempts: [] };
}

function isOfLinks({ fault }: PlannedFault): boolean {
  return fault.action.kind === 'link' || fault.action.kind === 'partition';
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
