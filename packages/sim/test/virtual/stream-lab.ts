import type { Address, CloseCause, Connection, ConnectionHandler } from '@imagemesh/peer';
import { GOOD_LINK, type Heal } from '../../src/fault/trouble.ts';
import type { LinkRule, Network } from '../../src/scenario/scenario.ts';
import type { VirtualHost } from '../../src/virtual/virtual-host.ts';
import { addressOf } from '../../src/virtual/host-address.ts';
import { World } from '../../src/virtual/world.ts';

export const SECOND = 1_000_000;
/** One way from host to host. */
export const WAY = 10_000;
/** At this bandwidth a byte takes a microsecond. */
export const BYTE_A_US = 1_000_000;
export const PIECE = 16_384;

export function bytes(count: number, value = 0): Uint8Array {
  return new Uint8Array(count).fill(value);
}

/** One end of a connection, which writes down what it is told and when. */
export class End implements ConnectionHandler {
  connection!: Connection;
  readonly told: string[] = [];
  readonly received: Uint8Array[] = [];
  readonly #world: World;
  /** What it does as soon as it is open. */
  readonly #begin: (connection: Connection) => void;

  constructor(world: World, begin: (connection: Connection) => void = () => {}) {
    this.#world = world;
    this.#begin = begin;
  }

  #tell(what: string): void {
    this.told.push(`${this.#world.nowUs} ${what}`);
  }

  onOpen(): void {
    this.#tell('open');
    this.#begin(this.connection);
  }

  onData(data: Uint8Array): void {
    this.#tell(`data ${data.length}`);
    this.received.push(data);
  }

  onEnd(): void {
    this.#tell('end');
  }

  onDrain(): void {
    this.#tell('drain');
  }

  onImageSent(): void {
    this.#tell('sent');
  }

  onBody(): void {
    this.#tell('body');
  }

  onBodyFailed(): void {
    this.#tell('body failed');
  }

  onClose(cause: CloseCause): void {
    this.#tell(`close ${cause}`);
  }
}

/** Three hosts; each remembers the ends that it accepted and the alarms that rang. */
export class Lab {
  readonly world: World;
  readonly accepted: End[][] = [[], [], []];
  readonly alarms: number[] = [];

  constructor(network: Partial<Network> = {}, isTroubled = true) {
    const plain = { latencyUs: WAY, jitterUs: 0, bandwidthBytesPerSecond: 0, loss: 0 };
    this.world = new World(1, { ...plain, segments: 'natural', ...network }, isTroubled);
    for (const ends of this.accepted) {
      this.world.addHost([]).handler = {
        onAlarm: () => this.alarms.push(this.world.nowUs),
        onAccept: (connection) => {
          const end = new End(this.world);
          end.connection = connection;
          ends.push(end);
          return end;
        },
      };
    }
  }

  host(index: number): VirtualHost {
    return this.world.hosts[index]!;
  }

  dial(from: number, to: number, begin?: (connection: Connection) => void): End {
    return this.call(from, addressOf(to), begin);
  }

  call(from: number, address: Address, begin?: (connection: Connection) => void): End {
    const end = new End(this.world, begin);
    end.connection = this.host(from).dial(address, end);
    return end;
  }

  /** A connection that is up at both ends, with nothing said yet. */
  pair(from: number, to: number): [End, End] {
    const near = this.dial(from, to);
    this.until(this.world.nowUs + 4 * WAY);
    const far = this.accepted[to]!.at(-1)!;
    near.told.length = 0;
    far.told.length = 0;
    return [near, far];
  }

  /** Handles the events up to a time, and those at that time which are known by now. */
  until(atUs: number): void {
    const mark = { isReached: false };
    this.world.at(atUs, () => (mark.isReached = true));
    while (!mark.isReached) this.world.step();
  }

  /** Handles the events of the next minute, as a rule all that there are. */
  rest(): void {
    this.until(this.world.nowUs + 60 * SECOND);
  }

  rule(from: number, to: number, rule: Partial<LinkRule>): Heal {
    const links = { from: new Set([from]), to: new Set([to]) };
    return this.world.addLinkRule(links, { ...GOOD_LINK, ...rule });
  }
}

export const send =
  (count: number, isAll = false) =>
  (connection: Connection): void => {
    connection.write(bytes(count));
    if (isAll) connection.end();
  };

/** When something was told. */
export function timeOf(line: string): number {
  return Number.parseInt(line);
}
