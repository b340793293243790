import { describe, expect, test } from 'vitest';
import type { VirtualConnection } from '../../src/virtual/virtual-connection.ts';
import { BYTE_A_US, bytes, Lab, PIECE, SECOND, WAY } from './stream-lab.ts';

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
