import type { Address, CloseCause, Connection, ConnectionHandler } from '@imagemesh/peer';
import { describe, expect, test } from 'vitest';
import { GOOD_LINK, type Heal } from '../../src/fault/trouble.ts';
import type { LinkRule, Network } from '../../src/scenario/scenario.ts';
import type { VirtualConnection } from '../../src/virtual/virtual-connection.ts';
import type { VirtualHost } from '../../src/virtual/virtual-host.ts';
import { addressOf } from '../../src/virtual/host-address.ts';
import { World } from '../../src/virtual/world.ts';

const SECOND = 1_000_000;
/** One way from host to host. */
const WAY = 10_000;
/** At this bandwidth a byte takes a microsecond. */
const BYTE_A_US = 1_000_000;
const PIECE = 16_384;

function bytes(count: number, value = 0): Uint8Array {
  return new Uint8Array(count).fill(value);
}

/** One end of a connection, which writes down what it is told and when. */
class End implements ConnectionHandler {
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
class Lab {
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

const send =
  (count: number, isAll = false) =>
  (connection: Connection): void => {
    connection.write(bytes(count));
    if (isAll) connection.end();
  };

/** When something was told. */
function timeOf(line: string): number {
  return Number.parseInt(line);
}

describe('a stream', () => {
  test('is set up in a round trip, and known to the callee half of one later', () => {
    const lab = new Lab();
    const near = lab.dial(0, 1);
    lab.until(3 * WAY - 1);
    expect(near.told).toEqual(['20000 open']);
    expect(lab.accepted[1]).toHaveLength(0);
    lab.until(3 * WAY);
    expect(lab.accepted[1]).toHaveLength(1);
  });

  test('to an address where no host is, is refused after a round trip', () => {
    const lab = new Lab();
    const near = lab.call(0, addressOf(77));
    lab.rest();
    expect(near.told).toEqual(['20000 close refused']);
  });

  test('brings what was written in one event as one piece, after one way', () => {
    const lab = new Lab();
    lab.dial(0, 1, (connection) => {
      connection.write(bytes(2, 1));
      connection.write(bytes(3, 2));
    });
    lab.rest();
    expect(lab.accepted[1]![0]!.told).toEqual(['30000 data 5']);
    expect(lab.accepted[1]![0]!.received[0]).toEqual(Uint8Array.of(1, 1, 2, 2, 2));
  });

  test('may be ended by one side while the other goes on', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    near.connection.end();
    lab.until(60_000);
    far.connection.write(bytes(4));
    far.connection.end();
    lab.rest();
    expect(far.told).toEqual(['50000 end', '60000 close end']);
    expect(near.told).toEqual(['70000 data 4', '70000 end', '70000 close end']);
  });

  test('is cut into single bytes and a rest in the mode every-byte', () => {
    const lab = new Lab({ segments: 'every-byte' });
    const sent = Uint8Array.from({ length: 600 }, (_, i) => i % 251);
    lab.dial(0, 1, (connection) => {
      connection.write(sent);
      connection.end();
    });
    lab.rest();
    const [far] = lab.accepted[1]!;
    expect(far!.received.map(({ length }) => length)).toEqual([...Array(512).fill(1), 88]);
    expect(Buffer.concat(far!.received)).toEqual(Buffer.from(sent));
    expect(far!.told.at(-1)).toBe('30000 end');
  });

  test('does not overtake itself under jitter and loss', () => {
    const lab = new Lab({ jitterUs: SECOND, loss: 0.2 });
    const near = lab.dial(0, 1);
    lab.rest();
    const startUs = lab.world.nowUs;
    for (let i = 0; i < 200; i++) {
      lab.world.at(startUs + i * 1_000, () => near.connection.write(bytes(1, i)));
    }
    lab.world.at(startUs + 200_000, () => near.connection.end());
    lab.rest();
    const [far] = lab.accepted[1]!;
    expect(far!.received.map(([value]) => value)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    expect(far!.told.at(-1)).toMatch(/ end$/);
  });
});

describe('a reset', () => {
  test('takes one way and is told to both sides', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    (near.connection as VirtualConnection).breakOff();
    lab.rest();
    expect(near.told).toEqual(['40000 close reset']);
    expect(far.told).toEqual(['50000 close reset']);
  });

  test('does not overtake data that is held up on the way', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    const heal = lab.rule(0, 1, { latencyUs: SECOND });
    near.connection.write(bytes(5));
    lab.until(50_000);
    heal();
    near.connection.destroy('protocol');
    lab.rest();
    expect(near.told).toEqual(['50000 close protocol']);
    expect(far.told).toEqual(['1050000 data 5', '1050000 close reset']);
  });

  test('does not overtake data that waits for the wire of the receiver', () => {
    const lab = new Lab({ bandwidthBytesPerSecond: BYTE_A_US });
    lab.dial(0, 2, send(PIECE));
    const near = lab.dial(1, 2, send(PIECE));
    // Both pieces have come to the wire of the receiver, where the second waits for the first.
    lab.until(20_000 + PIECE + WAY + 1);
    near.connection.destroy('protocol');
    lab.rest();
    const atUs = 20_000 + PIECE + WAY + 2 * PIECE;
    expect(lab.accepted[2]![1]!.told).toEqual([`${atUs} data ${PIECE}`, `${atUs} close reset`]);
  });

  test('takes what waits for the wire with it, the end as well', () => {
    const lab = new Lab({ bandwidthBytesPerSecond: BYTE_A_US });
    const near = lab.dial(0, 1, send(3 * PIECE, true));
    lab.until(2 * WAY + PIECE + 1);
    near.connection.destroy('timeout');
    lab.rest();
    const atUs = 3 * WAY + 2 * PIECE;
    expect(lab.accepted[1]![0]!.told).toEqual([`${atUs} data ${PIECE}`, `${atUs} close reset`]);
  });

  test('is the answer to bytes for an end that has said all and closed', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    near.connection.end();
    lab.until(45_000);
    near.connection.destroy('timeout');
    lab.until(60_000);
    expect(far.told).toEqual(['50000 end']);
    far.connection.write(bytes(1));
    lab.rest();
    expect(far.told).toEqual(['50000 end', '80000 close reset']);
    expect(near.told).toEqual(['45000 close timeout']);
  });

  test('is not the answer to an end without bytes', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    near.connection.end();
    lab.until(45_000);
    near.connection.destroy('timeout');
    lab.until(60_000);
    far.connection.end();
    lab.rest();
    expect(far.told).toEqual(['50000 end', '60000 close end']);
  });
});

describe('with limited bandwidth', () => {
  const network = { bandwidthBytesPerSecond: BYTE_A_US };

  test('bytes take their time at both ends', () => {
    const lab = new Lab(network);
    const near = lab.dial(0, 1, send(1_000));
    lab.rest();
    expect(lab.accepted[1]![0]!.told).toEqual(['32000 data 1000']);
    expect(near.connection.bytesSent).toBe(1_000);
  });

  test('streams out of one host take turns with pieces', () => {
    const lab = new Lab(network);
    lab.dial(0, 1, send(2 * PIECE));
    lab.dial(0, 2, send(2 * PIECE));
    lab.rest();
    const arrival = (turn: number): string => `${20_000 + WAY + (turn + 1) * PIECE} data ${PIECE}`;
    expect(lab.accepted[1]![0]!.told).toEqual([arrival(1), arrival(3)]);
    expect(lab.accepted[2]![0]!.told).toEqual([arrival(2), arrival(4)]);
  });

  test('streams into one host share its wire', () => {
    const lab = new Lab(network);
    lab.dial(0, 2, send(1_000));
    lab.dial(1, 2, send(500));
    lab.rest();
    // The shorter one comes to the wire at 30,500, and has it for itself until 31,000.
    expect(lab.accepted[2]!.map(({ told }) => told)).toEqual([
      ['32000 data 1000'],
      ['31000 data 500'],
    ]);
  });

  test('streams that come at once into one host follow one another', () => {
    const lab = new Lab(network);
    lab.dial(0, 2, send(1_000));
    lab.dial(1, 2, send(1_000));
    lab.rest();
    expect(lab.accepted[2]!.map(({ told }) => told)).toEqual([
      ['32000 data 1000'],
      ['33000 data 1000'],
    ]);
  });

  test('a delayed piece of one stream does not hold up another into the same host', () => {
    const lab = new Lab(network);
    const [late, soon] = [lab.pair(0, 2), lab.pair(1, 2)];
    lab.rule(0, 2, { latencyUs: SECOND });
    late[0].connection.write(bytes(1_000));
    soon[0].connection.write(bytes(1_000));
    const atUs = lab.world.nowUs;
    lab.rest();
    expect(soon[1].told).toEqual([`${atUs + 1_000 + WAY + 1_000} data 1000`]);
    expect(late[1].told).toEqual([`${atUs + 1_000 + WAY + SECOND + 1_000} data 1000`]);
  });

  test('64 KiB may wait; one byte more is enough until all has gone', () => {
    const lab = new Lab(network);
    const [near, far] = lab.pair(0, 1);
    expect(near.connection.write(bytes(65_536))).toBe(true);
    expect(near.connection.write(bytes(1))).toBe(false);
    lab.until(40_000 + 65_536);
    expect(near.told).toEqual([]);
    // Little is left by now, but not nothing.
    expect(near.connection.write(bytes(1))).toBe(false);
    lab.rest();
    expect(near.told).toEqual(['105538 drain']);
    expect(near.connection.write(bytes(65_536))).toBe(true);
    lab.rest();
    expect(near.told).toHaveLength(1);
    expect(far.connection.bytesReceived).toBe(2 * 65_536 + 2);
  });

  test('an end that has closed is told of no drain', () => {
    const lab = new Lab(network);
    const [near] = lab.pair(0, 1);
    near.connection.write(bytes(70_000));
    lab.until(50_000);
    near.connection.destroy('timeout');
    expect(near.connection.write(bytes(1))).toBe(false);
    lab.rest();
    expect(near.told).toEqual(['50000 close timeout']);
  });
});

test('with unlimited bandwidth a full connection drains in the same event', () => {
  const lab = new Lab();
  const [near, far] = lab.pair(0, 1);
  expect(near.connection.write(bytes(65_537))).toBe(false);
  lab.rest();
  expect(near.told).toEqual(['40000 drain']);
  expect(far.told).toEqual(['50000 data 65537']);
});

describe('a link that is cut', () => {
  test('holds bytes back until the next try after it has healed', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    const heal = lab.rule(0, 1, { cut: 'both' });
    lab.until(SECOND);
    near.connection.write(bytes(5));
    lab.until(1_500_000);
    expect(near.connection.bytesSent).toBe(0);
    heal();
    lab.rest();
    // Stalled at 1 s, it tries again at 1.2 and 1.6 s.
    expect(far.told).toEqual([`${1_600_000 + WAY} data 5`]);
    expect(near.connection.bytesSent).toBe(5);
  });

  test('one way lets the other way through', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    lab.rule(0, 1, { cut: 'one-way' });
    near.connection.write(bytes(5));
    far.connection.write(bytes(7));
    lab.rest();
    expect(near.told).toEqual(['50000 data 7']);
    expect(far.told).toEqual([]);
  });

  test('is no matter to other links', () => {
    const lab = new Lab();
    lab.rule(0, 1, { cut: 'both' });
    lab.dial(0, 2, send(5));
    lab.rest();
    expect(lab.accepted[2]![0]!.told).toEqual(['30000 data 5']);
  });

  test('stays cut when one of two rules is taken back', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    const heals = [lab.rule(0, 1, { cut: 'both' }), lab.rule(0, 1, { cut: 'both' })];
    near.connection.write(bytes(5));
    lab.until(100_000);
    heals[0]!();
    lab.until(SECOND);
    expect(far.told).toEqual([]);
    heals[1]!();
    lab.rest();
    expect(far.told).toEqual([`${40_000 + 1_400_000 + WAY} data 5`]);
  });

  test('loses a reset', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    lab.rule(0, 1, { cut: 'both' });
    (near.connection as VirtualConnection).breakOff();
    lab.rest();
    expect(near.told).toEqual(['40000 close reset']);
    expect(far.told).toEqual([]);
  });

  test.each([
    [0, 1],
    [1, 0],
  ])('from %d to %d lets no call through; a call tries again after 1, 3 … s', (from, to) => {
    const lab = new Lab();
    const heal = lab.rule(from, to, { cut: 'one-way' });
    const near = lab.dial(0, 1);
    lab.until(1_500_000);
    heal();
    lab.rest();
    expect(near.told).toEqual(['3000000 open']);
  });

  test('is given up by a call after 127 s', () => {
    const lab = new Lab();
    lab.rule(0, 1, { cut: 'both' });
    const near = lab.dial(0, 1);
    lab.until(127_000_000 - 1);
    expect(near.told).toEqual([]);
    lab.rest();
    expect(near.told).toEqual(['127000000 close timeout']);
  });
});

describe('a rule for a link', () => {
  test('adds its latency to that of the network, on its way alone', () => {
    const lab = new Lab();
    lab.rule(0, 1, { latencyUs: 3_000 });
    const near = lab.dial(0, 1, send(5));
    lab.until(50_000);
    lab.accepted[1]![0]!.connection.write(bytes(1));
    lab.rest();
    expect(lab.accepted[1]![0]!.told).toEqual(['36000 data 5']);
    expect(near.told).toEqual(['23000 open', '60000 data 1']);
  });

  test('adds up with another one', () => {
    const lab = new Lab();
    const heal = lab.rule(0, 1, { latencyUs: 3_000 });
    const [near, far] = lab.pair(0, 1);
    lab.rule(0, 1, { latencyUs: 500 });
    near.connection.write(bytes(1));
    lab.until(60_000);
    heal();
    near.connection.write(bytes(2));
    lab.rest();
    expect(far.told).toEqual(['53500 data 1', '70500 data 2']);
  });

  test('makes bytes take turns on a slow link, in pieces', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    lab.rule(0, 1, { bandwidthBytesPerSecond: BYTE_A_US });
    lab.rule(0, 1, { bandwidthBytesPerSecond: 2 * BYTE_A_US });
    near.connection.write(bytes(40_000));
    lab.rest();
    expect(far.told).toEqual([
      `${50_000 + PIECE} data ${PIECE}`,
      `${50_000 + 2 * PIECE} data ${PIECE}`,
      `90000 data ${40_000 - 2 * PIECE}`,
    ]);
  });

  test('holds a stream up for 12.6 s where all is lost six times', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    lab.rule(0, 1, { loss: 1 });
    near.connection.write(bytes(5));
    lab.rest();
    expect(far.told).toEqual([`${50_000 + 12_600_000} data 5`]);
  });

  test('holds a call up for 63 s where all is lost six times', () => {
    const lab = new Lab();
    lab.rule(0, 1, { loss: 1 });
    const near = lab.dial(0, 1);
    lab.until(70 * SECOND);
    expect(near.told).toEqual([`${63_000_000 + 2 * WAY} open`]);
  });

  test('holds a call up for 1 s, 3 s and so on, for each of its two packets that is lost', () => {
    const lab = new Lab({ loss: 0.3 });
    const calls = Array.from({ length: 200 }, () => lab.dial(0, 1));
    lab.until(200 * SECOND);
    const held = new Set(calls.map(({ told }) => (timeOf(told[0]!) - 2 * WAY) / SECOND));
    const all = [...held].sort((a, b) => a - b);
    expect(all.slice(0, 5)).toEqual([0, 1, 2, 3, 4]);
    expect(all.every(Number.isInteger)).toBe(true);
  });

  test('resets the connections that there are, and calls', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    const [other, otherFar] = lab.pair(0, 2);
    const atUs = lab.world.nowUs;
    const heal = lab.rule(0, 1, { isReset: true });
    const call = lab.dial(0, 1);
    lab.rest();
    expect(near.told).toEqual([`${atUs} close reset`]);
    expect(far.told).toEqual([`${atUs + WAY} close reset`]);
    expect(call.told).toEqual([`${atUs + 2 * WAY} close reset`]);
    expect([...other.told, ...otherFar.told]).toEqual([]);
    heal();
    const again = lab.dial(0, 1);
    lab.rest();
    expect(again.told).toEqual([expect.stringMatching(/ open$/)]);
  });

  test('leaves connections half open for good, new ones whole', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    const heal = lab.rule(0, 1, { isHalfOpen: true });
    near.connection.write(bytes(5));
    far.connection.write(bytes(5));
    lab.dial(0, 1, send(9));
    lab.until(SECOND);
    heal();
    lab.rest();
    expect([...near.told, ...far.told]).toEqual([]);
    expect(lab.accepted[1]![1]!.told).toEqual(['70000 data 9']);
  });

  test('breaks a connection off after so many bytes, and no sooner', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    lab.rule(0, 1, { limitBytes: 100 });
    near.connection.write(bytes(100));
    lab.until(60_000);
    expect(near.told).toEqual([]);
    near.connection.write(bytes(1));
    lab.rest();
    expect(near.told).toEqual(['60000 close reset']);
    expect(far.told).toEqual(['50000 data 100', '70000 data 1', '70000 close reset']);
  });

  test('makes the end of a stream come late, behind its last bytes', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    lab.rule(0, 1, { slowCloseUs: SECOND });
    near.connection.write(bytes(5));
    near.connection.end();
    lab.rest();
    expect(far.told).toEqual(['50000 data 5', '1050000 end']);
  });

  test('has ended a stream whose end comes late: the other end closes it', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    lab.rule(0, 1, { slowCloseUs: SECOND });
    near.connection.write(bytes(5));
    near.connection.end();
    far.connection.end();
    lab.rest();
    expect(near.told.at(-1)).toMatch(/^\d+ close end$/);
    expect(far.told.at(-1)).toBe('1050000 close end');
  });

  test.each([
    ['latency alone', {}, {}],
    ['jitter', { jitterUs: 9 * WAY }, {}],
    ['jitter of the link', {}, { jitterUs: 9 * WAY }],
    ['losses', { loss: 0.5 }, {}],
    ['cuts', { segments: 'random' }, {}],
  ] as const)('lets an end come exactly so late with %s', (_, network, rule) => {
    // Shorter than the way that it takes, too.
    for (const slowCloseUs of [WAY / 2, 30 * WAY]) {
      const lab = new Lab(network);
      lab.rule(0, 1, { slowCloseUs, ...rule });
      for (let i = 0; i < 20; i++) lab.dial(0, 1, send(500 * i + 1, true));
      lab.until(200 * SECOND);
      expect(lab.accepted[1]).toHaveLength(20);
      for (const { told } of lab.accepted[1]!) {
        const lastByte = told.findLast((line) => line.includes('data'))!;
        const end = told.find((line) => line.endsWith(' end'))!;
        expect(timeOf(end) - timeOf(lastByte)).toBe(slowCloseUs);
      }
    }
  });

  test('lets an end that was said later come so much later than it would have', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    lab.rule(0, 1, { slowCloseUs: WAY / 2 });
    near.connection.write(bytes(5));
    lab.world.at(100_000, () => near.connection.end());
    lab.rest();
    expect(far.told).toEqual(['50000 data 5', `${100_000 + WAY + WAY / 2} end`]);
  });

  test('lets the end of a host that is killed come late, too', () => {
    const lab = new Lab();
    const [, far] = lab.pair(0, 1);
    lab.rule(0, 1, { slowCloseUs: SECOND });
    lab.world.fates.kill(lab.host(0));
    lab.rest();
    expect(far.told).toEqual([`${40_000 + WAY + SECOND} end`]);
  });

  test('changes one bit of a piece, and nothing of its end', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    const heal = lab.rule(0, 1, { corrupt: 1 });
    const sent = bytes(50, 0b1010_1010);
    near.connection.write(sent);
    near.connection.end();
    lab.rest();
    expect(far.told).toEqual(['50000 data 50', '50000 end']);
    const changed = [...far.received[0]!]
      .map((byte) => byte ^ 0b1010_1010)
      .filter((bits) => bits > 0);
    expect(changed).toHaveLength(1);
    expect(Math.log2(changed[0]!) % 1).toBe(0);
    // What the sender holds is not touched.
    expect(sent).toEqual(bytes(50, 0b1010_1010));
    heal();
    lab.dial(0, 1, send(5));
    lab.rest();
    expect(lab.accepted[1]![1]!.received).toEqual([bytes(5)]);
  });
});

describe('a host that is killed', () => {
  test('ends its streams cleanly, and what it has not sent is lost', () => {
    const lab = new Lab({ bandwidthBytesPerSecond: BYTE_A_US });
    const [near, far] = lab.pair(0, 1);
    near.connection.write(bytes(2 * PIECE));
    lab.until(50_000 + PIECE);
    lab.world.fates.kill(lab.host(0));
    lab.rest();
    expect(near.told).toEqual([]);
    expect(far.told).toEqual([
      `${40_000 + PIECE + WAY + PIECE} data ${PIECE}`,
      `${40_000 + PIECE + WAY + PIECE} end`,
    ]);
  });

  test('answers bytes with a reset, and calls with a refusal', () => {
    const lab = new Lab();
    const [, far] = lab.pair(0, 1);
    lab.world.fates.kill(lab.host(0));
    lab.until(60_000);
    far.connection.write(bytes(1));
    const call = lab.dial(2, 0);
    lab.rest();
    expect(far.told).toEqual(['50000 end', '80000 close reset']);
    expect(call.told).toEqual(['80000 close refused']);
    expect(lab.accepted[0]).toEqual([]);
  });

  test('refuses a call that was under way', () => {
    const lab = new Lab();
    const call = lab.dial(1, 0);
    lab.until(WAY);
    lab.world.fates.kill(lab.host(0));
    lab.rest();
    expect(call.told).toEqual(['20000 close refused']);
  });
});

describe('a host that has vanished', () => {
  test('tells nobody, and swallows what is sent to it', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    lab.world.fates.powerOff(lab.host(0));
    far.connection.write(bytes(5));
    lab.rest();
    expect([...near.told, ...far.told]).toEqual([]);
    expect(far.connection.bytesSent).toBe(0);
  });

  test('lets calls time out after 127 s', () => {
    const lab = new Lab();
    lab.world.fates.powerOff(lab.host(0));
    const call = lab.dial(1, 0);
    lab.until(127_000_000 - 1);
    expect(call.told).toEqual([]);
    lab.rest();
    expect(call.told).toEqual(['127000000 close timeout']);
  });

  test('resets the streams of its former life when it is back', () => {
    const lab = new Lab();
    const [, far] = lab.pair(0, 1);
    lab.world.fates.powerOff(lab.host(0));
    lab.until(SECOND);
    lab.world.fates.revive(lab.host(0), true);
    lab.rest();
    expect(far.told).toEqual([`${SECOND + WAY} close reset`]);
  });
});

describe('a host that stands still', () => {
  test('is told nothing until it goes on, and then all in order', () => {
    const lab = new Lab();
    const [first, firstFar] = lab.pair(0, 1);
    const [second, secondFar] = lab.pair(2, 1);
    const order: string[] = [];
    firstFar.onData = (data) => order.push(`${lab.world.nowUs} first ${data.length}`);
    secondFar.onData = (data) => order.push(`${lab.world.nowUs} second ${data.length}`);
    firstFar.onEnd = () => order.push('first end');
    secondFar.onClose = (cause) => order.push(`second ${cause}`);
    lab.host(1).handler = {
      onAlarm: () => order.push(`${lab.world.nowUs} alarm`),
      onAccept: () => expect.unreachable(),
    };
    lab.world.fates.pause(lab.host(1));
    lab.host(1).setAlarm(150_000);
    first.connection.write(bytes(1));
    lab.until(110_000);
    second.connection.write(bytes(2));
    lab.until(200_000);
    first.connection.write(bytes(3));
    first.connection.end();
    lab.until(300_000);
    (second.connection as VirtualConnection).breakOff();
    lab.until(SECOND);
    expect(order).toEqual([]);
    lab.world.fates.resume(lab.host(1));
    lab.rest();
    expect(order).toEqual([
      '1000000 first 1',
      '1000000 second 2',
      '1000000 alarm',
      '1000000 first 3',
      'first end',
      'second reset',
    ]);
  });

  test('is told of its own closings when it goes on', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    lab.world.fates.pause(lab.host(0));
    (near.connection as VirtualConnection).breakOff();
    lab.until(SECOND);
    expect(near.told).toEqual([]);
    expect(far.told).toEqual(['50000 close reset']);
    lab.world.fates.resume(lab.host(0));
    lab.rest();
    expect(near.told).toEqual(['1000000 close reset']);
  });

  test('and is killed meanwhile does not go on', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    lab.world.fates.pause(lab.host(0));
    far.connection.write(bytes(1));
    lab.until(SECOND);
    lab.world.fates.kill(lab.host(0));
    lab.world.fates.resume(lab.host(0));
    lab.rest();
    expect(near.told).toEqual([]);
    expect(far.told).toEqual([`${SECOND + WAY} end`]);
  });
});

describe('of what was once wrong', () => {
  test('a reset does not overtake data that is on its way to the wire of the receiver', () => {
    const lab = new Lab({ bandwidthBytesPerSecond: BYTE_A_US });
    const near = lab.dial(0, 1, send(1_000));
    lab.until(21_001);
    near.connection.destroy('protocol');
    lab.rest();
    expect(lab.accepted[1]![0]!.told).toEqual(['32000 data 1000', '32000 close reset']);
  });

  test('an end that is half open is not heard of when it closes', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    lab.rule(0, 1, { isHalfOpen: true });
    near.connection.destroy('timeout');
    lab.rest();
    expect(far.told).toEqual([]);
  });

  test('bytes for an end whose reset was lost are answered with another', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    const heal = lab.rule(0, 1, { cut: 'both' });
    near.connection.destroy('timeout');
    lab.until(SECOND);
    heal();
    far.connection.write(bytes(1));
    lab.rest();
    expect(far.told).toEqual(['1020000 close reset']);
  });

  test('a host that has ended a stream and is killed does not end it again', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    near.connection.end();
    lab.until(60_000);
    lab.world.fates.kill(lab.host(0));
    lab.rest();
    expect(far.told).toEqual(['50000 end']);
  });

  test('an alarm that was due when its host goes on is not lost', () => {
    const lab = new Lab();
    lab.host(1).setAlarm(SECOND);
    lab.world.fates.pause(lab.host(1));
    lab.until(SECOND);
    lab.world.fates.resume(lab.host(1));
    lab.rest();
    expect(lab.alarms).toEqual([SECOND]);
  });
});
