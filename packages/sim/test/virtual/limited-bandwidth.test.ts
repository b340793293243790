import { describe, expect, test } from 'vitest';
import { BYTE_A_US, bytes, Lab, PIECE, SECOND, send, WAY } from './stream-lab.ts';

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
