import { readFileSync } from 'node:fs';
import {
  DEFAULT_LIMITS,
  formatAddress,
  noMessages,
  Peer,
  portOf,
  type Address,
  type FetchResult,
  type MessageCounts,
} from '@imagemesh/peer';
import type { Journal } from '../journal/journal.ts';
import { imageName, type Plan } from '../plan/plan.ts';
import { Conductor } from '../workload/conductor.ts';
import { Content } from './content.ts';
import type { VirtualHost } from './virtual-host.ts';
import { WireTrace } from './wire-trace.ts';
import { addressOf, hostAt, World } from './world.ts';

/** A plan in the virtual world: the very peers of `@imagemesh/peer` on virtual hosts. */
export class VirtualRun {
  readonly world: World;
  readonly conductor: Conductor;
  readonly #plan: Plan;
  readonly #journal: Journal;
  readonly #peers: Peer[] = [];
  readonly #counts: MessageCounts[] = [];
  #isOver = false;

  /** With `withWire` the journal also gets what happens on the simulated wire. */
  constructor(plan: Plan, journal: Journal, withWire = false) {
    this.#plan = plan;
    this.#journal = journal;
    this.world = new World(plan.seed, plan.scenario.network);
    if (withWire) this.world.wire = new WireTrace(journal);
    plan.images.forEach(({ name, path, sizeBytes, sha256 }, number) => {
      const content = new Content(sizeBytes, sha256, () => readFileSync(path));
      content.number = number;
      this.world.catalog.add(name, content);
    });
    this.conductor = new Conductor(
      plan,
      {
        nowUs: () => this.world.nowUs,
        at: (atUs, action) => this.world.at(atUs, action),
        request: (request, peer, image) => this.#request(request, peer, image),
      },
      journal,
      () => (this.#isOver = true),
    );
    plan.peers.forEach((_, number) => this.#addPeer(number));
  }

  /** Whether the run has come to its end. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Lets everything begin; nothing has happened before. */
  start(): void {
    this.#plan.peers.forEach((_, peer) => {
      const address = formatAddress(addressOf(peer));
      this.#journal.write({ kind: 'peer-up', atUs: 0, peer, address });
    });
    this.conductor.start();
    this.#peers.forEach((peer, number) => {
      const starts = this.#plan.peers[number]!.starts.map(addressOf);
      peer.start({ starts, announcePort: portOf(addressOf(number)) });
    });
  }

  /** Handles events until the run is over or `count` have been handled. */
  advance(count: number): void {
    const { world } = this;
    const until = world.events + count;
    while (!this.#isOver && world.events < until) {
      // With every peer's alarms set there is always a next event; without one, nobody is left.
      if (!world.step()) return this.conductor.cut();
    }
  }

  /** Writes down what the peers have counted. */
  finish(): void {
    this.#counts.forEach((counts, peer) => {
      this.#journal.write({ kind: 'counts', atUs: this.world.nowUs, peer, counts });
    });
  }

  #addPeer(number: number): void {
    const { images, known } = this.#plan.peers[number]!;
    const names = images.map((image) => imageName(this.#plan, image));
    const host: VirtualHost = this.world.addHost(names);
    const counts = noMessages();
    const peer = new Peer(
      host,
      known === DEFAULT_LIMITS.known ? DEFAULT_LIMITS : { ...DEFAULT_LIMITS, known },
      {
        onMessage: (type, isSent) => {
          if (isSent) counts.sent[type]++;
          else counts.received[type]++;
        },
        onReached: (address) => this.#knows('reached', number, address),
        onLost: (address) => this.#knows('lost', number, address),
      },
    );
    host.handler = peer;
    this.#peers.push(peer);
    this.#counts.push(counts);
  }

  #knows(kind: 'reached' | 'lost', peer: number, address: Address): void {
    if (this.#isOver) return;
    const other = hostAt(address);
    this.#journal.write({ kind, atUs: this.world.nowUs, peer, other });
    if (kind === 'reached') this.conductor.reached(peer);
    else this.conductor.lost(peer);
  }

  #request(request: number, peer: number, image: number): void {
    const name = imageName(this.#plan, image);
    this.#peers[peer]!.fetch(name, null, (result) => this.#done(request, result));
  }

  #done(request: number, { outcome, image, attempts }: FetchResult): void {
    if (this.#isOver) return;
    this.#journal.write({
      kind: 'done',
      atUs: this.world.nowUs,
      request,
      outcome,
      from: image === null ? -1 : hostAt(image.from),
      sizeBytes: image?.sizeBytes ?? 0,
      sha256: image?.sha256 ?? '',
      attempts: attempts.map((one) => ({ peer: hostAt(one.address), outcome: one.outcome })),
    });
    this.conductor.requestDone(request);
  }
}
