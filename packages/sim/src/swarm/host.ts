import type { HostResult } from '../result/result.ts';
import { HostClock } from './host-clock.ts';
import { SILENCE_MS, type AgentCommand, type AgentEvent } from './messages.ts';
import type { RemotePeer } from './remote-peer.ts';

/** What a host tells the run by itself. */
export interface HostEvents {
  /** Nothing was heard of it any more after a moment of `performance.now()`. */
  onLost(host: Host, heardMs: number): void;
  /** It is there again, with the containers of its peers and nothing in them that runs. */
  onBack(host: Host): void;
}

/** A host of the swarm, at the other end of the line to its agent: which peers are there, and what its clock shows. */
export class Host {
  readonly name: string;
  readonly clock: HostClock = new HostClock();
  /** Where each of its peers is, by number. */
  readonly ips: ReadonlyMap<number, string>;
  readonly #write: (line: string) => void;
  readonly #drop: () => void;
  readonly #peers = new Map<number, RemotePeer>();
  readonly #adopted = new Set<number>();
  readonly #asked = new Map<number, number>();
  readonly #ready = Promise.withResolvers<void>();
  #events: HostEvents | null = null;
  #pings = 0;
  #heardMs = 0;
  #isUp = false;
  #isReady = false;
  #lostCount = 0;
  #worstLagMs = 0;

  /** `write` takes a line for its agent, `drop` has the agent called anew. */
  constructor(
    name: string,
    ips: ReadonlyMap<number, string>,
    way: { readonly write: (line: string) => void; readonly drop: () => void },
  ) {
    this.name = name;
    this.ips = ips;
    this.#write = way.write;
    this.#drop = way.drop;
  }

  /** Resolves when its agent has found all of its peers, for the first time. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** For how long nothing was heard of it, in milliseconds; 0 while it is lost. */
  get silenceMs(): number {
    return this.#isReady ? performance.now() - this.#heardMs : 0;
  }

  /** Whether that is so now. */
  get isReady(): boolean {
    return this.#isReady;
  }

  /** What is told of it in the result. */
  get result(): HostResult {
    const { name, ips, clock } = this;
    const clockErrorMs = Number.isFinite(clock.errorMs) ? clock.errorMs : null;
    return { name, peers: ips.size, clockErrorMs, lost: this.#lostCount };
  }

  /** Has `events` told from now on. */
  listen(events: HostEvents): void {
    this.#events = events;
  }

  /** What is heard of a peer is for this one from now on. */
  attach(number: number, peer: RemotePeer): void {
    this.#peers.set(number, peer);
  }

  /** Tells its agent something; nobody hears it while it is lost. */
  tell(command: AgentCommand): void {
    if (this.#isUp) this.#write(JSON.stringify(command));
  }

  /** How late its agent made a request at worst since the last call. */
  takeWorstLagMs(): number {
    const worst = this.#worstLagMs;
    this.#worstLagMs = 0;
    return worst;
  }

  /** The line to its agent is there. */
  up(): void {
    this.#isUp = true;
    this.#heardMs = performance.now();
    this.#adopted.clear();
    this.#asked.clear();
    this.ping();
    for (const [peer, ip] of this.ips) this.tell({ do: 'adopt', peer, ip });
    this.#lookWhetherReady();
  }

  /** The line to its agent is gone. */
  down(): void {
    if (!this.#isUp) return;
    this.#isUp = false;
    for (const peer of this.#peers.values()) peer.gone(`was on ${this.name}, which was lost`);
    this.#peers.clear();
    if (!this.#isReady) return;
    this.#isReady = false;
    this.#lostCount++;
    this.#events?.onLost(this, this.#heardMs);
  }

  /** Asks for its time, and gives it up when it has been silent for too long. */
  ping(): void {
    if (!this.#isUp) return;
    const nowMs = performance.now();
    if (nowMs - this.#heardMs > SILENCE_MS) {
      this.#drop();
      return this.down();
    }
    const id = this.#pings++;
    this.#asked.set(id, nowMs);
    this.tell({ do: 'ping', id });
  }

  /** Takes in a line of its agent. */
  hear(line: string): void {
    if (!this.#isUp) return;
    this.#heardMs = performance.now();
    const event = JSON.parse(line) as AgentEvent;
    if (event.event === 'pong') return this.#noteTime(event);
    if (event.event !== 'adopted') return this.#peers.get(event.peer)?.hear(event);
    this.#adopted.add(event.peer);
    this.#lookWhetherReady();
  }

  #noteTime({ id, atMs, worstLagMs }: Extract<AgentEvent, { event: 'pong' }>): void {
    this.#worstLagMs = Math.max(this.#worstLagMs, worstLagMs);
    const sentMs = this.#asked.get(id);
    if (sentMs === undefined) return;
    this.#asked.delete(id);
    this.clock.note(sentMs, atMs, this.#heardMs);
    this.#lookWhetherReady();
  }

  #lookWhetherReady(): void {
    const isKnown = this.#adopted.size === this.ips.size && this.clock.errorMs < Infinity;
    if (this.#isReady || !isKnown) return;
    this.#isReady = true;
    this.#ready.resolve();
    if (this.#lostCount > 0) this.#events?.onBack(this);
  }
}
