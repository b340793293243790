/**
 * Calls: how a connection comes about, or does not. Like packets of a handshake they take a round trip,
 * are lost, tried again at growing distances, refused and given up.
 */
import { ipOf, makeAddress, type Address, type ConnectionHandler } from '@imagemesh/peer';
import { CALL_RETRANSMISSION_US, Retransmission } from '../fault/retransmission.ts';
import { DIAL, OPEN, REDIAL, REFUSED, TIMED_OUT } from './event-kind.ts';
import type { LinkState } from './link-rules.ts';
import { Segment } from './segment.ts';
import { isCut } from './streams.ts';
import { VirtualConnection } from './virtual-connection.ts';
import type { VirtualHost } from './virtual-host.ts';
import { hostAt } from './host-address.ts';
import type { World } from './world.ts';

/** A call that nothing answers is given up after so long: six tries on Linux. */
const CALL_US = 127_000_000;

/** Where the first port of a caller is; only its IP address means anything. */
const CALLER_PORT = 40_000;

/** A call where packets may be lost. */
interface LossyCall {
  readonly dialledUs: number;
  /** Its packets that have not got through yet: there, then back. */
  readonly left: Retransmission[];
}

/** See the head of this file. */
export class Calls {
  readonly #world: World;
  /** Ends of connections so far. */
  #count = 0;
  /** What was dialled by connections that have no other end. */
  readonly #inVain = new WeakMap<VirtualConnection, Address>();
  readonly #lossy = new WeakMap<VirtualConnection, LossyCall>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Both ends are made at once, the callee hears of it when its time has come. */
  dial(host: VirtualHost, address: Address, handler: ConnectionHandler): VirtualConnection {
    const world = this.#world;
    const id = this.#count;
    this.#count += 2;
    const near = new VirtualConnection(host, id);
    near.handler = handler;
    if (host.end !== null) return near;
    host.connections?.add(near);
    near.count();
    const callee = world.hosts[hostAt(address)];
    world.trace.fold(world.nowUs, DIAL + (host.index << 4), callee?.index ?? -1);
    world.wire?.dial(world.nowUs, near, callee?.index ?? -1);
    if (callee === undefined) this.#inVain.set(near, address);
    else {
      near.other = new VirtualConnection(callee, id + 1);
      near.other.other = near;
    }
    if (world.isLossy) {
      const left = [0, 1].map(() => new Retransmission(CALL_RETRANSMISSION_US));
      this.#lossy.set(near, { dialledUs: world.nowUs, left });
    }
    this.shakeHands(near);
    return near;
  }

  /** Sends the packets of a call over; where one is lost, it is tried again later, or given up. */
  shakeHands(near: VirtualConnection): void {
    const world = this.#world;
    const { host } = near;
    if (near.isClosed || !this.#getsThrough(near)) return;
    const callee = near.other?.host;
    const thereUs = world.delayUs(host, callee);
    const atUs = world.nowUs + thereUs + world.delayUs(callee, host);
    if (callee === undefined) return world.schedule(atUs, REFUSED, near, null);
    const dialledUs = this.#lossy.get(near)?.dialledUs ?? world.nowUs;
    world.schedule(atUs, OPEN, near, world.isTroubled ? dialledUs : null);
  }

  /** Whether no packet of a call is lost now. */
  #getsThrough(near: VirtualConnection): boolean {
    const left = this.#lossy.get(near)?.left ?? [];
    const { nowUs } = this.#world;
    while (left.length > 0) {
      const ends = [near.host, near.other?.host];
      const [from, to] = left.length === 2 ? ends : ends.reverse();
      const atUs = left[0]!.tryAt(nowUs, () => this.#world.loses(from, to));
      if (atUs > nowUs) {
        this.#wait(near, atUs);
        return false;
      }
      left.shift();
    }
    return true;
  }

  /** Tries a call again at `atUs`; at `Infinity`: gives it up. */
  #wait(near: VirtualConnection, atUs: number): void {
    if (atUs === Infinity) near.fail('timeout');
    else this.#world.schedule(atUs, REDIAL, near, null);
  }

  /** The address that a connection has dialled, or that the call to it comes from. */
  remoteOf(connection: VirtualConnection): Address {
    const { id, other, hasDialled } = connection;
    if (other === null) return this.#inVain.get(connection) ?? 0;
    if (hasDialled) return other.host.address;
    return makeAddress(ipOf(other.host.address), CALLER_PORT + ((id >> 1) % 20_000));
  }

  /**
   * A call comes through, as far as it does. `dialledUs` is there in a troubled world only: it may have to be
   * tried again.
   */
  open(near: VirtualConnection, dialledUs: number): void {
    const world = this.#world;
    if (near.isClosed) return;
    if (world.isTroubled && !this.#isAnswered(near, dialledUs)) return;
    world.wire?.open(world.nowUs, near);
    near.open();
    world.settle();
    // The callee's side is up when the caller's first packet is there, whether or not it says something.
    if (!near.hasSentAnything && !near.isClosed) {
      world.streams.deliver(near, new Segment(null, null, 0, 0), world.streams.stateOf(near));
    }
  }

  /** Whether a call gets through; when it does not, it is refused, reset, tried again or given up. */
  #isAnswered(near: VirtualConnection, dialledUs: number): boolean {
    const far = near.other!;
    if (far.host.end === 'killed' || this.#world.hosts[far.host.index] !== far.host) {
      near.fail('refused');
      return false;
    }
    const { nowUs } = this.#world;
    const [there, back] = this.#linksOf(near);
    if (far.host.end === 'vanished' || isCut(there) || isCut(back)) {
      const againUs = nextCallUs(dialledUs, nowUs);
      if (againUs === null) this.#world.schedule(dialledUs + CALL_US, TIMED_OUT, near, null);
      else this.#world.schedule(againUs, OPEN, near, dialledUs);
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
    const { links } = this.#world;
    return [links.of(host.index, to), links.of(to, host.index)];
  }
}

/** When a call that began at `dialledUs` is tried again: after 1, 3, 7 … s; null: it is given up. */
function nextCallUs(dialledUs: number, nowUs: number): number | null {
  for (let afterUs = 1_000_000; afterUs < CALL_US; afterUs = afterUs * 2 + 1_000_000) {
    if (dialledUs + afterUs > nowUs) return dialledUs + afterUs;
  }
  return null;
}
