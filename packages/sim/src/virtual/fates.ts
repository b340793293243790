/**
 * What becomes of hosts: they are killed, lose their power, come back, stand still and go on. What happens
 * to one that is out meanwhile is kept or dropped here.
 */
import { ACTION, ALARM, ARRIVE, KEPT, OPENED, RESET } from './event-kind.ts';
import type { Segment } from './segment.ts';
import type { VirtualConnection } from './virtual-connection.ts';
import { VirtualHost } from './virtual-host.ts';
import { VirtualStore } from './virtual-store.ts';
import type { World } from './world.ts';

/** See the head of this file. */
export class Fates {
  readonly #world: World;
  /** Hosts that have ended or stand still. */
  #out = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** Whether all hosts are up and going: then nobody need be asked. */
  get areAllWell(): boolean {
    return this.#out === 0;
  }

  /**
   * Ends a host as when its process is killed: the system ends its connections for it, as cleanly as if all
   * had been said, and refuses calls to it.
   */
  kill(host: VirtualHost): void {
    if (host.end !== null) return;
    for (const connection of [...host.connections!]) this.#world.streams.endFor(connection);
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
    const world = this.#world;
    const host = new VirtualHost(this.#world, ended.index, ended.address, ended.life + 1);
    world.equip(host, keepsFiles ? ended.images : new VirtualStore(world.catalog, [], world));
    world.hosts[host.index] = host;
    // Whoever still talks to the one before hears that nobody knows of it here.
    for (const { other } of ended.connections ?? []) {
      if (other === null || other.isClosed) continue;
      const atUs = world.nowUs + world.delayUs(host, other.host);
      world.schedule(atUs, RESET, other, null);
    }
    return host;
  }

  /** A host stands still: it is told nothing until it goes on. */
  pause(host: VirtualHost): void {
    if (host.isPaused || host.end !== null) return;
    host.isPaused = true;
    this.#out++;
  }

  /** A host goes on, and is told what has happened meanwhile, in order. */
  resume(host: VirtualHost): void {
    if (!host.isPaused || host.end !== null) return;
    host.isPaused = false;
    this.#out--;
    for (const { kind, target, datum } of host.backlog ?? []) {
      if (kind !== ALARM) {
        this.#world.schedule(this.#world.nowUs, kind, target, datum);
        continue;
      }
      // It was due while nobody was there to hear it.
      host.alarmUs = Infinity;
      this.#world.setAlarm(host, this.#world.nowUs);
    }
    host.backlog = null;
  }

  #end(host: VirtualHost, how: 'killed' | 'vanished'): void {
    if (!host.isPaused) this.#out++;
    host.end = how;
    host.isPaused = false;
    host.backlog = null;
    host.alarmUs = Infinity;
  }

  /** Keeps what happens to a host that stands still, drops what happens to one that has ended. */
  isHeld(kind: number, target: unknown, datum: unknown): boolean {
    if (kind === ACTION) return false;
    const isHosts = kind === ALARM || kind === OPENED || kind === KEPT;
    const host = isHosts ? (target as VirtualHost) : (target as VirtualConnection).host;
    if (host.end === 'killed' && kind === ARRIVE) {
      this.#deny(target as VirtualConnection, datum as Segment);
    }
    if (host.isPaused) this.hold(host, kind, target, datum);
    return host.isPaused || host.end !== null;
  }

  /** The system of a process that has ended answers to bytes for it with a reset. */
  #deny({ host, other }: VirtualConnection, segment: Segment): void {
    if (segment.length === 0 || other === null || other.isClosed) return;
    const world = this.#world;
    world.schedule(world.nowUs + world.delayUs(host, other.host), RESET, other, null);
  }

  /** Keeps what happens to a host that stands still until it goes on. */
  hold(host: VirtualHost, kind: number, target: unknown, datum: unknown): void {
    host.backlog ??= [];
    host.backlog.push({ kind, target, datum });
  }
}
