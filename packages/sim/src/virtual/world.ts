/**
 * The virtual world: a clock of whole microseconds, a queue of events, hosts, and the streams between
 * them. Everything happens in `step`, one event at a time; what a handler does during its event takes
 * effect when the event is over (bursts leave, closings are told), in the order in which it was done.
 * Processors are infinitely fast: time passes on the wire, on the disk and in pauses.
 */
import {
  ipOf,
  makeAddress,
  portOf,
  type Address,
  type CloseCause,
  type ConnectionHandler,
} from '@imagemesh/peer';
import type { Heal, Links } from '../fault/trouble.ts';
import { Random } from '../random/random.ts';
import type { LinkRule, Network } from '../scenario/scenario.ts';
import type { Content } from './content.ts';
import { EventQueue } from './event-queue.ts';
import { LinkRules, type LinkState } from './link-rules.ts';
import { CALL_RETRANSMISSION_US, NetworkModel, RETRANSMISSION_US } from './network.ts';
import {
  ACTION,
  ALARM,
  ARRIVE,
  DIAL,
  KEPT,
  LAND,
  OPEN,
  OPENED,
  OWED,
  REFUSED,
  RESET,
  RETRY,
  TIMED_OUT,
  WIRE_FREE,
} from './event-kind.ts';
import { Segment } from './segment.ts';
import { isCut, Streams } from './streams.ts';
import { TraceHash } from './trace-hash.ts';
import { VirtualConnection } from './virtual-connection.ts';
import { VirtualHost } from './virtual-host.ts';
import type { WireTrace } from './wire-trace.ts';
import { Catalog, VirtualStore, type StoreAnswer, type StoreSchedule } from './virtual-store.ts';

/** Opening a file, and saving one: what a fast disk takes. */
const OPEN_US = 50;
const SAVE_US = 500;

/** A call that nothing answers is given up after so long: six tries on Linux. */
const CALL_US = 127_000_000;

/** Where the first port of a caller is; only its IP address means anything. */
const CALLER_PORT = 40_000;

/** Hosts live at 10.x.y.z, numbered through, all on the port of the original. */
const FIRST_IP = 0x0a_00_00_01;
const PORT = 9_000;

/** The address of the host with this number. */
export function addressOf(host: number): Address {
  return makeAddress(FIRST_IP + host, PORT);
}

/** The number of the host at an address, which need not exist; −1 where none can be. */
export function hostAt(address: Address): number {
  return portOf(address) === PORT ? ipOf(address) - FIRST_IP : -1;
}

const CAUSES = { [REFUSED]: 'refused', [TIMED_OUT]: 'timeout', [RESET]: 'reset' } as const;

/** What a connection is told when the event is over. */
export type Owed = CloseCause | 'sent' | 'drain';

/** See the head of this file. */
export class World implements StoreSchedule {
  readonly isTroubled: boolean;
  readonly random: Random;
  readonly catalog: Catalog = new Catalog();
  readonly hosts: VirtualHost[] = [];
  readonly network: NetworkModel;
  /** Told of everything on the wire, when somebody wants to know; it costs two thirds of the speed. */
  wire: WireTrace | null = null;
  nowUs = 0;
  /** Events handled so far. */
  events = 0;
  readonly #queue = new EventQueue();
  /** Digest of all that has happened so far. */
  readonly trace: TraceHash = new TraceHash();
  // Arrays that are emptied at every event keep their room: `length = 0` would give it back.
  /** Connections with something to send when the event is over. */
  readonly #dirty: (VirtualConnection | null)[] = [];
  #dirtyCount = 0;
  /** What is owed when the event is over: who, and what (a cause of closing, or one of two marks). */
  readonly #owedTo: (VirtualConnection | null)[] = [];
  readonly #owed: Owed[] = [];
  #owedCount = 0;
  #connections = 0;
  /** Hosts that have ended or stand still: as long as there are none, nobody need be asked. */
  #hostsOut = 0;
  /** What was dialled by connections that have no other end. */
  readonly #calledInVain = new WeakMap<VirtualConnection, Address>();
  /** The part of a content that the handler of a connection is being shown as bytes; for the connection. */
  shown: { content: Content; from: number; to: number } | null = null;
  readonly links: LinkRules;
  readonly #streams = new Streams(this);

  /** In a world that `isTroubled` hosts remember their connections, so that these can be broken. */
  constructor(seed: number, network: Network, isTroubled = false) {
    this.isTroubled = isTroubled;
    this.random = Random.fromSeed(seed);
    this.network = new NetworkModel(network, this.random.fork('network'));
    this.links = new LinkRules(this.random.fork('links'));
  }

  /** Adds a host with these images; give it its handler before the first step. */
  addHost(images: readonly string[]): VirtualHost {
    const host = new VirtualHost(this, this.hosts.length, addressOf(this.hosts.length));
    this.#equip(host, new VirtualStore(this.catalog, images, this));
    this.hosts.push(host);
    return host;
  }

  /**
   * Ends a host as when its process is killed: the system ends its connections for it, as cleanly as if all
   * had been said, and refuses calls to it.
   */
  kill(host: VirtualHost): void {
    if (host.end !== null) return;
    for (const connection of [...host.connections!]) this.#streams.endFor(connection);
    this.#end(host, 'killed');
  }

  /**
   * Ends a host without a word, as when a machine loses its power: nothing that is on the way to it
   * arrives, what its peer still does has no effect, and whoever talks to it is not told.
   */
  powerOff(host: VirtualHost): void {
    if (host.end === null) this.#end(host, 'vanished');
  }

  /** A new host where one has ended, with the images of that one or with none; give it its handler. */
  revive(ended: VirtualHost, keepsFiles: boolean): VirtualHost {
    const host = new VirtualHost(this, ended.index, ended.address, ended.life + 1);
    this.#equip(host, keepsFiles ? ended.images : new VirtualStore(this.catalog, [], this));
    this.hosts[host.index] = host;
    // Whoever still talks to the one before hears that nobody knows of it here.
    for (const { other } of ended.connections ?? []) {
      if (other === null || other.isClosed) continue;
      const atUs = this.nowUs + this.#delayUs(host, other.host);
      this.#queue.push(atUs, RESET, other, null);
    }
    return host;
  }

  /** A host stands still: it is told nothing until it goes on. */
  pause(host: VirtualHost): void {
    if (host.isPaused || host.end !== null) return;
    host.isPaused = true;
    this.#hostsOut++;
  }

  /** A host goes on, and is told what has happened meanwhile, in order. */
  resume(host: VirtualHost): void {
    if (!host.isPaused || host.end !== null) return;
    host.isPaused = false;
    this.#hostsOut--;
    for (const { kind, target, datum } of host.backlog ?? []) {
      if (kind !== ALARM) {
        this.#queue.push(this.nowUs, kind, target, datum);
        continue;
      }
      // It was due while nobody was there to hear it.
      host.alarmUs = Infinity;
      this.setAlarm(host, this.nowUs);
    }
    host.backlog = null;
  }

  /** Something goes wrong with some links; the function that is returned heals them. */
  addLinkRule(links: Links, rule: LinkRule): Heal {
    const remove = this.links.add(links, rule);
    if (rule.isReset || rule.isHalfOpen) {
      for (const connection of this.#connectionsOf(links)) {
        if (rule.isReset) connection.breakOff();
        else this.#streams.silence(connection);
      }
    }
    return () => {
      remove();
      this.#streams.retryStalled();
    };
  }

  /** Calls `action` at `atUs`. */
  at(atUs: number, action: () => void): void {
    this.#queue.push(Math.max(atUs, this.nowUs), ACTION, action, null);
  }

  /** Handles one event. False when nothing will ever happen any more. */
  step(): boolean {
    const queue = this.#queue;
    // Something was asked from outside of an event.
    if (this.#dirtyCount > 0 || this.#owedCount > 0) this.#settle();
    for (;;) {
      if (!queue.pop()) return false;
      this.nowUs = queue.timeUs;
      // An alarm that has been set again since is not an event.
      if (queue.kind === ALARM && (queue.target as VirtualHost).alarmUs !== queue.timeUs) continue;
      if (this.#hostsOut === 0 || !this.#isHeld(queue.kind, queue.target, queue.datum)) break;
    }
    this.events++;
    this.#handle(queue.kind, queue.target, queue.datum);
    if (this.#dirtyCount > 0 || this.#owedCount > 0) this.#settle();
    return true;
  }

  /** For `Streams`: an event to come. */
  schedule(atUs: number, kind: number, target: unknown, datum: unknown): void {
    this.#queue.push(atUs, kind, target, datum);
  }

  /** For `VirtualHost`. */
  setAlarm(host: VirtualHost, atUs: number): void {
    const us = Math.max(Math.ceil(atUs), this.nowUs);
    if (host.alarmUs === us || host.end !== null) return;
    host.alarmUs = us;
    if (us < Infinity) this.#queue.push(us, ALARM, host, null);
  }

  /** For `VirtualHost`: both ends are made at once, the callee hears of it when its time has come. */
  dial(host: VirtualHost, address: Address, handler: ConnectionHandler): VirtualConnection {
    const id = this.#connections;
    this.#connections += 2;
    const near = new VirtualConnection(host, id);
    near.handler = handler;
    if (host.end !== null) return near;
    host.connections?.add(near);
    const callee = this.hosts[hostAt(address)];
    this.trace.fold(this.nowUs, DIAL + (host.index << 4), callee?.index ?? -1);
    this.wire?.dial(this.nowUs, near, callee?.index ?? -1);
    const there = this.#delayUs(host, callee, CALL_RETRANSMISSION_US);
    const roundTripUs = there + this.#delayUs(callee, host, CALL_RETRANSMISSION_US);
    if (callee === undefined) {
      this.#calledInVain.set(near, address);
      this.#queue.push(this.nowUs + roundTripUs, REFUSED, near, null);
      return near;
    }
    const far = new VirtualConnection(callee, id + 1);
    near.other = far;
    far.other = near;
    this.#queue.push(this.nowUs + roundTripUs, OPEN, near, this.isTroubled ? this.nowUs : null);
    return near;
  }

  /** For `VirtualConnection`: the address that it has dialled, or that the call to it comes from. */
  remoteOf(connection: VirtualConnection): Address {
    const { id, other, hasDialled } = connection;
    if (other === null) return this.#calledInVain.get(connection) ?? 0;
    if (hasDialled) return other.host.address;
    return makeAddress(ipOf(other.host.address), CALLER_PORT + ((id >> 1) % 20_000));
  }

  /** For `VirtualConnection`: the other side learns of it after everything that was sent before. */
  sendReset(from: VirtualConnection): void {
    const { other } = from;
    // A reset is not sent again when it is lost.
    if (other === null || other.isClosed || this.#streams.isCut(from)) return;
    const atUs = Math.max(this.nowUs + this.#delayUs(from.host, other.host), from.lastArrivalUs);
    // Where the receiver's wire is limited, a reset takes its turn there behind the data before it.
    const kind = this.network.bandwidth > 0 ? LAND : RESET;
    this.#queue.push(atUs, kind, other, null);
  }

  /** For `VirtualConnection`. */
  postClose(connection: VirtualConnection, cause: CloseCause): void {
    this.owe(connection, cause);
    if (!this.isTroubled) return;
    connection.host.connections!.delete(connection);
    this.#streams.forget(connection);
  }

  /** For `VirtualConnection`: it has something to send when the event is over. */
  postSend(connection: VirtualConnection): void {
    this.#dirty[this.#dirtyCount++] = connection;
  }

  later(store: VirtualStore, answer: StoreAnswer, slowUs: number): void {
    this.#queue.push(this.nowUs + OPEN_US + slowUs, OPENED, store.host, answer);
  }

  laterKept(store: VirtualStore, answer: StoreAnswer, slowUs: number): void {
    this.#queue.push(this.nowUs + SAVE_US + slowUs, KEPT, store.host, answer);
  }

  #handle(kind: number, target: unknown, datum: unknown): void {
    const { nowUs } = this;
    switch (kind) {
      case ALARM: {
        const host = target as VirtualHost;
        this.trace.fold(nowUs, ALARM, host.index);
        host.alarmUs = Infinity;
        this.wire?.alarm(nowUs, host.index);
        return host.handler.onAlarm();
      }
      case OPEN: {
        const near = target as VirtualConnection;
        this.trace.fold(nowUs, OPEN, near.id);
        return this.#open(near, datum as number);
      }
      case ARRIVE: {
        const segment = datum as Segment;
        const connection = target as VirtualConnection;
        this.trace.fold(nowUs, ARRIVE + (connection.id << 4), segment.digest());
        this.wire?.bytes(nowUs, connection, segment);
        this.#accept(connection);
        return connection.arrive(segment);
      }
      case LAND: {
        const connection = target as VirtualConnection;
        const segment = datum as Segment | null;
        this.trace.fold(nowUs, LAND + (connection.id << 4), segment?.length ?? -1);
        return this.#streams.land(connection, segment);
      }
      case OPENED: {
        const answer = datum as StoreAnswer;
        this.trace.fold(nowUs, OPENED + ((target as VirtualHost).index << 4), digestOf(answer));
        return answer.tellOpened();
      }
      case KEPT:
        this.trace.fold(
          nowUs,
          KEPT + ((target as VirtualHost).index << 4),
          digestOf(datum as StoreAnswer),
        );
        return (datum as StoreAnswer).tellKept();
      case WIRE_FREE: {
        const connection = target as VirtualConnection;
        this.trace.fold(nowUs, WIRE_FREE, connection.id);
        return this.#streams.wireFree(connection, datum as Segment);
      }
      case REFUSED:
      case TIMED_OUT:
      case RESET: {
        const connection = target as VirtualConnection;
        this.trace.fold(nowUs, kind, connection.id);
        if (kind === RESET) this.#accept(connection);
        return connection.fail(CAUSES[kind]);
      }
      case RETRY: {
        const connection = target as VirtualConnection;
        this.trace.fold(nowUs, RETRY, connection.id);
        return this.#streams.flush(connection);
      }
      case OWED: {
        const connection = target as VirtualConnection;
        this.trace.fold(nowUs, OWED, connection.id);
        return this.#pay(connection, datum as Owed);
      }
      case ACTION:
        this.trace.fold(nowUs, ACTION, 0);
        return (target as () => void)();
    }
  }

  /** `dialledUs` is there in a troubled world only: a call may have to be tried again. */
  #open(near: VirtualConnection, dialledUs: number): void {
    if (near.isClosed) return;
    if (this.isTroubled && !this.#isAnswered(near, dialledUs)) return;
    this.wire?.open(this.nowUs, near);
    near.open();
    this.#settle();
    // The callee's side is up when the caller's first packet is there, whether or not it says something.
    if (!near.hasSentAnything && !near.isClosed) {
      this.#streams.deliver(near, new Segment(null, null, 0, 0), this.#streams.stateOf(near));
    }
  }

  /** Whether a call gets through; when it does not, it is refused, reset, tried again or given up. */
  #isAnswered(near: VirtualConnection, dialledUs: number): boolean {
    const far = near.other!;
    if (far.host.end === 'killed' || this.hosts[far.host.index] !== far.host) {
      near.fail('refused');
      return false;
    }
    const { nowUs } = this;
    const [there, back] = this.#linksOf(near);
    if (far.host.end === 'vanished' || isCut(there) || isCut(back)) {
      const againUs = nextCallUs(dialledUs, nowUs);
      if (againUs === null) this.#queue.push(dialledUs + CALL_US, TIMED_OUT, near, null);
      else this.#queue.push(againUs, OPEN, near, dialledUs);
      return false;
    }
    if (there?.rule.isReset || back?.rule.isReset) {
      near.fail('reset');
      return false;
    }
    far.host.connections!.add(far);
    return true;
  }

  #linksOf({ host, other }: VirtualConnection): [LinkState | null, LinkState | null] {
    const to = other!.host.index;
    return [this.links.of(host.index, to), this.links.of(to, host.index)];
  }

  #accept(connection: VirtualConnection): void {
    if (connection.handler !== null) return;
    connection.handler = connection.host.handler.onAccept(connection);
  }

  #settle(): void {
    let done = 0;
    while (done < this.#dirtyCount || this.#owedCount > 0) {
      for (; done < this.#dirtyCount; done++) {
        const connection = this.#dirty[done]!;
        this.#dirty[done] = null;
        this.#streams.flush(connection);
      }
      for (let k = 0; k < this.#owedCount; k++) {
        const connection = this.#owedTo[k]!;
        this.#owedTo[k] = null;
        this.#pay(connection, this.#owed[k]!);
      }
      this.#owedCount = 0;
    }
    this.#dirtyCount = 0;
  }

  #pay(connection: VirtualConnection, owed: Owed): void {
    const { handler, host } = connection;
    if (host.end !== null) return;
    if (host.isPaused) return this.#hold(host, OWED, connection, owed);
    if (owed === 'sent') {
      // Owed before the closing that its last bytes may have brought about, and so told before it.
      handler?.onImageSent();
    } else if (owed === 'drain') {
      if (!connection.isClosed) handler?.onDrain();
    } else {
      this.wire?.close(this.nowUs, connection, owed);
      handler?.onClose(owed);
    }
  }

  #connectionsOf({ from, to }: Links): VirtualConnection[] {
    return [...from].flatMap((index) =>
      [...this.hosts[index]!.connections!].filter(
        ({ other }) => other !== null && to.has(other.host.index),
      ),
    );
  }

  #equip(host: VirtualHost, store: VirtualStore): void {
    host.images = store;
    store.host = host;
  }

  #end(host: VirtualHost, how: 'killed' | 'vanished'): void {
    if (!host.isPaused) this.#hostsOut++;
    host.end = how;
    host.isPaused = false;
    host.backlog = null;
    host.alarmUs = Infinity;
  }

  /** Keeps what happens to a host that stands still, drops what happens to one that has ended. */
  #isHeld(kind: number, target: unknown, datum: unknown): boolean {
    if (kind === ACTION) return false;
    const isHosts = kind === ALARM || kind === OPENED || kind === KEPT;
    const host = isHosts ? (target as VirtualHost) : (target as VirtualConnection).host;
    if (host.end === 'killed' && kind === ARRIVE) {
      this.#deny(target as VirtualConnection, datum as Segment);
    }
    if (host.isPaused) this.#hold(host, kind, target, datum);
    return host.isPaused || host.end !== null;
  }

  /** The system of a process that has ended answers to bytes for it with a reset. */
  #deny({ host, other }: VirtualConnection, segment: Segment): void {
    if (segment.length === 0 || other === null || other.isClosed) return;
    this.#queue.push(this.nowUs + this.#delayUs(host, other.host), RESET, other, null);
  }

  #hold(host: VirtualHost, kind: number, target: unknown, datum: unknown): void {
    host.backlog ??= [];
    host.backlog.push({ kind, target, datum });
  }

  /** How long a segment takes one way; what the rules for the link say is added to the network's own. */
  #delayUs(
    from: VirtualHost | undefined,
    to: VirtualHost | undefined,
    waitUs: number = RETRANSMISSION_US,
  ): number {
    // A host that is not there sends its refusal as the first one would.
    const delay = this.network.delayUs(from?.index, waitUs);
    if (!this.isTroubled || from === undefined || to === undefined) return delay;
    return delay + this.links.delayUs(from.index, to.index, waitUs);
  }

  /** For connections and streams: what a connection is to be told when the event is over. */
  owe(connection: VirtualConnection, what: Owed): void {
    this.#owedTo[this.#owedCount] = connection;
    this.#owed[this.#owedCount++] = what;
  }
}

/** What a store's answer was, as a number for the trace. */
function digestOf({ what }: StoreAnswer): number {
  if (typeof what === 'string') return -what.length;
  return 'number' in what ? what.number : Number(what.wasThere);
}

/** When a call that began at `dialledUs` is tried again: after 1, 3, 7 … s; null: it is given up. */
function nextCallUs(dialledUs: number, nowUs: number): number | null {
  for (let afterUs = 1_000_000; afterUs < CALL_US; afterUs = afterUs * 2 + 1_000_000) {
    if (dialledUs + afterUs > nowUs) return dialledUs + afterUs;
  }
  return null;
}
