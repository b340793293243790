import type { Address, Connection, ConnectionHandler, Host, HostHandler } from '@imagemesh/peer';
import { Random } from '../random/random.ts';
import type { VirtualStore } from './virtual-store.ts';
import type { World } from './world.ts';

/** The host port in the virtual world. */
export class VirtualHost implements Host {
  readonly world: World;
  /** Number in the world. */
  readonly index: number;
  readonly address: Address;
  images!: VirtualStore;
  handler!: HostHandler;
  /** When the alarm rings; Infinity: it does not. */
  alarmUs: number = Infinity;
  /** When the wire out of, and into, this peer is free again; with limited bandwidth. */
  uplinkFreeUs = 0;
  downlinkFreeUs = 0;
  /** It has lost its power; see `World.powerOff`. */
  isOff = false;
  #random: Random | null = null;

  constructor(world: World, index: number, address: Address) {
    this.world = world;
    this.index = index;
    this.address = address;
  }

  nowUs(): number {
    return this.world.nowUs;
  }

  random32(): number {
    this.#random ??= this.world.random.fork('peer', this.index);
    return this.#random.next32();
  }

  setAlarm(atUs: number): void {
    this.world.setAlarm(this, atUs);
  }

  dial(address: Address, handler: ConnectionHandler): Connection {
    return this.world.dial(this, address, handler);
  }

  isSelf(address: Address): boolean {
    return address === this.address;
  }
}
