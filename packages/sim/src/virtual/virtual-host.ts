import type { Address, Connection, ConnectionHandler, Host, HostHandler } from '@imagemesh/peer';
import { Random } from '../random/random.ts';
import type { VirtualConnection } from './virtual-connection.ts';
import type { VirtualStore } from './virtual-store.ts';
import type { World } from './world.ts';

/** An event that waits for its host to go on. */
export interface HeldEvent {
  readonly kind: number;
  readonly target: unknown;
  readonly datum: unknown;
}

/** The host port in the virtual world. */
export class VirtualHost implements Host {
  readonly world: World;
  /** Number in the world. */
  readonly index: number;
  readonly address: Address;
  images!: VirtualStore;
  handler!: HostHandler;
  /** How often a host has started at this address before. */
  readonly life: number;
  /** When the alarm rings; Infinity: it does not. */
  alarmUs: number = Infinity;
  /** When the wire out of, and into, this peer is free again; with limited bandwidth. */
  uplinkFreeUs = 0;
  downlinkFreeUs = 0;
  /** How it ended: with a reset to everybody, or without a word; null: it is up. */
  end: 'killed' | 'vanished' | null = null;
  /** It stands still: what happens to it is kept in `backlog` until it goes on. */
  isPaused = false;
  backlog: HeldEvent[] | null = null;
  /** Its connections that are not closed; null in a world where nobody asks for them. */
  readonly connections: Set<VirtualConnection> | null;
  /** How many these are, in every world; a call counts from its first packet on. */
  openConnections = 0;
  #random: Random | null = null;
  /** How far its clock is ahead of the world's. */
  #aheadUs = 0;

  constructor(world: World, index: number, address: Address, life = 0) {
    this.world = world;
    this.index = index;
    this.address = address;
    this.life = life;
    this.connections = world.isTroubled ? new Set() : null;
  }

  nowUs(): number {
    return this.world.nowUs + this.#aheadUs;
  }

  random32(): number {
    this.#random ??= this.world.random.fork(this.#purpose(), this.index);
    return this.#random.next32();
  }

  setAlarm(atUs: number): void {
    this.world.setAlarm(this, atUs - this.#aheadUs);
  }

  /** Its clock is ahead by so much more from now on; an alarm that was due meanwhile rings at once. */
  jumpClock(byUs: number): void {
    this.#aheadUs += byUs;
    // One that is due already is on its way, or waits until the host goes on.
    if (this.alarmUs > this.world.nowUs) this.world.setAlarm(this, this.alarmUs - byUs);
  }

  dial(address: Address, handler: ConnectionHandler): Connection {
    return this.world.calls.dial(this, address, handler);
  }

  isSelf(address: Address): boolean {
    return address === this.address;
  }

  /** Another life draws other numbers. */
  #purpose(): string {
    return this.life === 0 ? 'peer' : `peer in life ${this.life}`;
  }
}
