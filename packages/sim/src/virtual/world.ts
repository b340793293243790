/**
 * The virtual world: a clock of whole microseconds, a queue of events, hosts, and the streams between
 * them. Everything happens in `step`, one event at a time; what a handler does during its event takes
 * effect when the event is over (bursts leave, closings are told), in the order in which it was done.
 * Processors are infinitely fast: time passes on the wire, on the disk and in pauses.
 */
import type { CloseCause } from '@imagemesh/peer';
import type { Heal, Links } from '../fault/trouble.ts';
import { Random } from '../random/random.ts';
import type { LinkRule, Network } from '../scenario/scenario.ts';
import type { Content } from './content.ts';
import { Calls } from './calls.ts';
import { EventQueue } from './event-queue.ts';
import { Fates } from './fates.ts';
import { addressOf } from './host-address.ts';
import { LinkRules } from './link-rules.ts';
import { NetworkModel } from './network.ts';
import { Ordering, type Choose } from './ordering.ts';
import {
  ACTION,
  ALARM,
  ARRIVE,
  KEPT,
  LAND,
  OPEN,
  OPENED,
  OWED,
  REDIAL,
  REFUSED,
  RESET,
  RETRY,
  TIMED_OUT,
  WIRE_FREE,
} from './event-kind.ts';
import type { Segment } from './segment.ts';
import { Streams } from './streams.ts';
import { TraceHash } from './trace-hash.ts';
import type { VirtualConnection } from './virtual-connection.ts';
import { VirtualHost } from './virtual-host.ts';
import type { WireTrace } from './wire-trace.ts';
import { Catalog, VirtualStore, type StoreAnswer, type StoreSchedule } from './virtual-store.ts';

/** Opening a file, and saving one: what a fast disk takes. */
const OPEN_US = 50;
const SAVE_US = 500;

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
  /** Null: what is due at the same moment happens as it came about. */
  #ordering: Ordering | null = null;
  #choose: Choose = () => 0;
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
  /** The part of a content that the handler of a connection is being shown as bytes; for the connection. */
  shown: { content: Content; from: number; to: number; bytes: Uint8Array } | null = null;
  readonly links: LinkRules;
  readonly streams: Streams = new Streams(this);
  readonly calls: Calls = new Calls(this);
  readonly fates: Fates = new Fates(this);

  /** In a world that `isTroubled` hosts remember their connections, so that these can be broken. */
  constructor(seed: number, network: Network, isTroubled = false) {
    this.isTroubled = isTroubled;
    this.random = Random.fromSeed(seed);
    this.network = new NetworkModel(network, this.random.fork('network'));
    this.links = new LinkRules(this.random.fork('links'));
    if (network.order === 'random') {
      const order = this.random.fork('order');
      this.orderBy(() => (due) => order.below(due.length));
    }
  }

  /**
   * Lets somebody choose what happens first of what is due at the same moment, who is given what chooses otherwise;
   * before the first step.
   */
  orderBy(chooser: (usual: Choose) => Choose): void {
    this.#choose = chooser(this.#choose);
    this.#ordering = new Ordering(this.#queue, this.#choose);
  }

  /** Adds a host with these images; give it its handler before the first step. */
  addHost(
    images: readonly string[],
    others: ReadonlyMap<string, Content> | null = null,
  ): VirtualHost {
    const host = new VirtualHost(this, this.hosts.length, addressOf(this.hosts.length));
    this.equip(host, new VirtualStore(this.catalog, images, this, others));
    this.hosts.push(host);
    return host;
  }

  /** Something goes wrong with some links; the function that is returned heals them. */
  addLinkRule(links: Links, rule: LinkRule): Heal {
    const remove = this.links.add(links, rule);
    if (rule.isReset || rule.isHalfOpen) {
      for (const connection of this.#connectionsOf(links)) {
        if (rule.isReset) connection.breakOff();
        else this.streams.silence(connection);
      }
    }
    return () => {
      remove();
      this.streams.retryStalled();
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
    if (this.#dirtyCount > 0 || this.#owedCount > 0) this.settle();
    for (;;) {
      if (!(this.#ordering ?? queue).pop()) return false;
      this.nowUs = queue.timeUs;
      // An alarm that has been set again since is not an event.
      if (queue.kind === ALARM && (queue.target as VirtualHost).alarmUs !== queue.timeUs) continue;
      if (this.fates.areAllWell || !this.fates.isHeld(queue.kind, queue.target, queue.datum)) break;
    }
    this.events++;
    this.#handle(queue.kind, queue.target, queue.datum);
    if (this.#dirtyCount > 0 || this.#owedCount > 0) this.settle();
    return true;
  }

  /** An event to come. */
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

  /** For `VirtualConnection`: the other side learns of it after everything that was sent before. */
  sendReset(from: VirtualConnection): void {
    const { other } = from;
    // A reset is not sent again when it is lost.
    if (other === null || other.isClosed || this.streams.isCut(from)) return;
    const atUs = Math.max(this.nowUs + this.delayUs(from.host, other.host), from.lastArrivalUs);
    // Where the receiver's wire is limited, a reset takes its turn there behind the data before it.
    const kind = this.network.bandwidth > 0 ? LAND : RESET;
    this.#queue.push(atUs, kind, other, null);
  }

  /** For `VirtualConnection`. */
  postClose(connection: VirtualConnection, cause: CloseCause): void {
    this.owe(connection, cause);
    if (!this.isTroubled) return;
    connection.host.connections!.delete(connection);
    this.streams.forget(connection);
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
        return this.calls.open(near, datum as number);
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
        return this.streams.land(connection, segment);
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
        return this.streams.wireFree(connection, datum as Segment);
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
        return this.streams.flush(connection);
      }
      case REDIAL: {
        const near = target as VirtualConnection;
        this.trace.fold(nowUs, REDIAL, near.id);
        return this.calls.shakeHands(near);
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

  #accept(connection: VirtualConnection): void {
    // One that broke before the host had heard of it is none that could be taken.
    if (connection.handler !== null || connection.isClosed) return;
    connection.count();
    connection.handler = connection.host.handler.onAccept(connection);
  }

  /** What the handlers of an event wanted takes effect. */
  settle(): void {
    let done = 0;
    while (done < this.#dirtyCount || this.#owedCount > 0) {
      for (; done < this.#dirtyCount; done++) {
        const connection = this.#dirty[done]!;
        this.#dirty[done] = null;
        this.streams.flush(connection);
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
    if (host.isPaused) return this.fates.hold(host, OWED, connection, owed);
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

  /** Gives a host its images. */
  equip(host: VirtualHost, store: VirtualStore): void {
    host.images = store;
    store.host = host;
  }

  /** How long a segment takes one way; what the rules for the link say is added to the network's own. */
  delayUs(from: VirtualHost | undefined, to: VirtualHost | undefined): number {
    const delay = this.network.delayUs(from?.index, to?.index);
    if (!this.isTroubled || from === undefined || to === undefined) return delay;
    return delay + this.links.delayUs(from.index, to.index);
  }

  /** Whether anything may be lost, so that nobody need be asked otherwise. */
  get isLossy(): boolean {
    return this.network.isLossy || this.links.isLossy;
  }

  /** Whether one host loses what it sends to the other now, by the network or by a rule; each draws in any case. */
  loses(from: VirtualHost | undefined, to: VirtualHost | undefined): boolean {
    const isLost = this.network.loses(from?.index);
    if (!this.isTroubled || from === undefined || to === undefined) return isLost;
    return this.links.loses(from.index, to.index) || isLost;
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
