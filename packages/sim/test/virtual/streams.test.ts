import { describe, expect, test } from 'vitest';
import { addressOf } from '../../src/virtual/host-address.ts';
import type { VirtualConnection } from '../../src/virtual/virtual-connection.ts';
import { BYTE_A_US, bytes, Lab, PIECE, SECOND, send, WAY } from './stream-lab.ts';

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
