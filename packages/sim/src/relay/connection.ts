/**
 * One connection through the relay: a caller's socket, one that we have dialled for it, and a flow each way.
 *
 *   called → [the call arrives] → dialled → [the answer arrives] → standing → closed
 *
 * While either way is cut, a call hangs before it is dialled.
 * The caller's kernel has connected it to us before we know of it, so a call that hangs looks to the
 * caller like one that was taken and is not answered. Bytes pass once the connection stands.
 * A caller that resets a call that hangs was never there, nor was one that has ended its side and can no
 * longer be waiting: the other side hears nothing of it.
 */
import type { Socket } from 'node:net';
import type { Random } from '../random/random.ts';
import type { StreamFault } from './fault/stream-fault.ts';
import { Flow, type FlowEvents } from './flow.ts';
import { covers, type ActiveRule, type Link } from './link.ts';
import type { NetworkShape } from './network-shape.ts';
import type { ReadBuffers } from './read-buffers.ts';
import { adopt, isSourceTaken, reset, type Reader } from './relay-socket.ts';

/** A port to dial from can be taken, by somebody who listens there; not so many in a row. */
const MOST_DIALS = 64;

/**
 * Peers end their side right behind a question, so the end of a caller says nothing of whether it still waits. After
 * this it does not: our own peers wait 10 s for an answer.
 */
const GIVEN_UP_MS = 15_000;

/** What a connection needs of its relay. */
export interface ConnectionOwner {
  readonly buffers: ReadBuffers;
  /** What every connection feels, whatever the rules. */
  readonly network: NetworkShape | null;
  /** Dials the peer that was called; null when it is nowhere. */
  dial(connection: RelayedConnection, reader: Reader): Socket | null;
  /** Both its sockets have closed. */
  onClosed(connection: RelayedConnection): void;
}

/** One way of a connection and what is wrong with it. */
interface Way {
  readonly flow: Flow;
  readonly link: Link;
  readonly random: Random;
  /** What the network does to it, whatever the rules. */
  readonly always: readonly StreamFault[];
  /** Made once for each rule: a fault has a memory. */
  readonly faults: Map<number, readonly StreamFault[]>;
}

/** See the head of this file. */
export class RelayedConnection {
  /** IPv4 address of the caller. */
  readonly callerIp: number;
  /** Number of the peer that was called. */
  readonly called: number;
  readonly #owner: ConnectionOwner;
  readonly #there: Way;
  readonly #back: Way;
  readonly #caller: Socket;
  #callee: Socket | null = null;
  #isCallWaiting = false;
  #givingUp: NodeJS.Timeout | null = null;
  #isStranded = false;
  #isStopped = false;
  #dials = 0;
  #closed = 0;

  /** `accepted` must not have read anything yet. The links are those of its calls and of the answers. */
  constructor(
    owner: ConnectionOwner,
    accepted: Socket,
    callerIp: number,
    links: { readonly there: Link; readonly back: Link },
  ) {
    this.#owner = owner;
    this.callerIp = callerIp;
    this.called = links.there.to;
    const random = links.there.nextCall();
    const onReset = (): void => this.reset();
    const there = { onOpen: () => this.#called(), onReset };
    const back = { onOpen: () => this.#there.flow.openGate(), onReset };
    this.#there = this.#way(there, true, links.there, random.fork('there'));
    this.#back = this.#way(back, false, links.back, random.fork('back'));
    this.#caller = adopt(accepted, this.#there.flow);
    this.#there.flow.connect(this.#caller, null);
    this.#back.flow.connect(null, this.#caller);
    this.#watch(this.#caller, this.#there.flow);
  }

  /** Whether this peer is at one of its ends. */
  isOf(peer: number): boolean {
    return this.#there.link.from === peer || this.#there.link.to === peer;
  }

  /** Whether it has lost its other end for good. */
  get isStranded(): boolean {
    return this.#isStranded;
  }

  /** Begins, under these rules. */
  start(rules: readonly ActiveRule[]): void {
    this.applyRules(rules, false);
    this.#there.flow.mark('open');
  }

  /** Says which rules hold now. */
  applyRules(rules: readonly ActiveRule[], isOpen = true): void {
    if (this.#isStranded) return;
    const faults = update(this.#there, rules, isOpen);
    const others = update(this.#back, rules, isOpen);
    const all = [...faults, ...others];
    if (all.some((fault) => fault.resets)) return this.reset();
    if (all.some((fault) => fault.strands)) return this.#strand();
    if (faults.length + this.#there.flow.faults.length > 0) this.#there.flow.setFaults(faults);
    if (others.length + this.#back.flow.faults.length > 0) this.#back.flow.setFaults(others);
    if (this.#isCallWaiting) this.#called();
  }

  /** Resets both ends. */
  reset(): void {
    this.#stop();
    reset(this.#caller);
    if (this.#callee !== null) reset(this.#callee);
  }

  /** The same, without waiting for a call that is on its way. */
  close(): void {
    this.reset();
    if (this.#callee?.connecting) this.#callee.destroy();
  }

  #way(events: FlowEvents, isGated: boolean, link: Link, random: Random): Way {
    const { buffers, network } = this.#owner;
    const always = network?.faults(link.from, link.to, random.fork('network')) ?? [];
    return { flow: new Flow(buffers, events, isGated), link, random, always, faults: new Map() };
  }

  #stop(): void {
    this.#isStopped = true;
    this.#isCallWaiting = false;
    this.#keepCall();
    this.#there.flow.stop();
    this.#back.flow.stop();
  }

  #strand(): void {
    this.#isStranded = true;
    this.#stop();
    // Not read either: to a sender it looks as if nothing arrived.
    this.#caller.pause();
    this.#callee?.pause();
  }

  /** The call has arrived. A call that cannot be answered is none: TCP shakes hands both ways. */
  #called(): void {
    this.#isCallWaiting = this.#back.flow.isHeld;
    if (!this.#isCallWaiting) this.#dial();
  }

  #dial(): void {
    this.#keepCall();
    const callee = this.#owner.dial(this, this.#back.flow);
    if (callee === null) return this.reset();
    this.#callee = callee;
    this.#there.flow.connect(null, callee);
    this.#back.flow.connect(callee, null);
    callee.once('connect', () => this.#back.flow.mark('open'));
    this.#watch(callee, this.#back.flow);
  }

  #watch(socket: Socket, flow: Flow): void {
    let hasEnded = false;
    let isTaken = false;
    socket.on('error', (error) => (isTaken = isSourceTaken(error)));
    socket.once('end', () => {
      hasEnded = true;
      this.#ended(flow);
    });
    socket.once('close', (hadError: boolean) => {
      if (isTaken && this.#mayDialAgain()) this.#dial();
      else this.#socketClosed(flow, hasEnded && !hadError);
    });
  }

  #mayDialAgain(): boolean {
    return !this.#isStopped && ++this.#dials < MOST_DIALS;
  }

  #ended(flow: Flow): void {
    const hangs = flow.isHeld || this.#isCallWaiting;
    if (this.#callee === null && hangs && !this.#isStopped) {
      this.#givingUp = setTimeout(() => this.reset(), GIVEN_UP_MS);
    }
    flow.mark('end');
  }

  /** The call does not hang any more. */
  #keepCall(): void {
    if (this.#givingUp !== null) clearTimeout(this.#givingUp);
    this.#givingUp = null;
  }

  #socketClosed(flow: Flow, isClean: boolean): void {
    this.#closed++;
    const sockets = this.#callee === null ? 1 : 2;
    if (this.#closed === sockets) this.#over();
    else if (!isClean) flow.breakOff();
  }

  #over(): void {
    this.#stop();
    this.#there.flow.release();
    this.#back.flow.release();
    this.#owner.onClosed(this);
  }
}

/** All faults on a way under these rules; those that it has had before stay the same. */
function update(way: Way, rules: readonly ActiveRule[], isOpen: boolean): StreamFault[] {
  const mine = rules.filter((rule) => covers(rule, way.link.from, way.link.to));
  for (const number of way.faults.keys()) {
    if (!mine.some((rule) => rule.number === number)) way.faults.delete(number);
  }
  for (const rule of mine) {
    if (way.faults.has(rule.number)) continue;
    way.faults.set(rule.number, way.link.faults(rule, way.random, isOpen));
  }
  return [...way.always, ...[...way.faults.values()].flat()];
}
