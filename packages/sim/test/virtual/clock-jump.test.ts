import type { HostHandler } from '@imagemesh/peer';
import { expect, test } from 'vitest';
import type { VirtualHost } from '../../src/virtual/virtual-host.ts';
import { World } from '../../src/virtual/world.ts';

const SECOND = 1_000_000;

/** A host whose peer does nothing but note when, by its own clock and by the world's, it is woken. */
class Sleeper implements HostHandler {
  readonly world: World = new World(
    1,
    { latencyUs: 0, jitterUs: 0, bandwidthBytesPerSecond: 0, loss: 0, segments: 'natural' },
    true,
  );
  readonly host: VirtualHost = this.world.addHost([]);
  readonly rings: (readonly [own: number, world: number])[] = [];

  constructor() {
    this.host.handler = this;
  }

  onAccept(): never {
    throw new Error('nobody calls');
  }

  onAlarm(): void {
    this.rings.push([this.host.nowUs() / SECOND, this.world.nowUs / SECOND]);
  }

  pass(seconds: number): void {
    const untilUs = this.world.nowUs + seconds * SECOND;
    this.world.at(untilUs, () => {});
    while (this.world.nowUs < untilUs) this.world.step();
  }
}

test('a clock that jumps is ahead from then on, and goes on at its pace', () => {
  const sleeper = new Sleeper();
  const { host } = sleeper;
  sleeper.pass(2);
  host.jumpClock(3_600 * SECOND);
  expect(host.nowUs()).toBe(3_602 * SECOND);
  sleeper.pass(5);
  expect(host.nowUs()).toBe(3_607 * SECOND);
});

test('what was due meanwhile is due at once, and once', () => {
  const sleeper = new Sleeper();
  const { host, rings } = sleeper;
  host.setAlarm(60 * SECOND);
  sleeper.pass(2);
  host.jumpClock(3_600 * SECOND);
  sleeper.pass(100);
  expect(rings).toEqual([[3_602, 2]]);
});

test('what was due later is that much nearer, and so is what is set afterwards', () => {
  const sleeper = new Sleeper();
  const { host, rings } = sleeper;
  host.setAlarm(60 * SECOND);
  sleeper.pass(2);
  host.jumpClock(50 * SECOND);
  sleeper.pass(20);
  expect(rings).toEqual([[60, 10]]);
  host.setAlarm(80 * SECOND);
  sleeper.pass(20);
  expect(rings[1]).toEqual([80, 30]);
});

test('jumps add up', () => {
  const sleeper = new Sleeper();
  const { host } = sleeper;
  host.jumpClock(SECOND);
  sleeper.pass(1);
  host.jumpClock(SECOND);
  expect(host.nowUs()).toBe(3 * SECOND);
});

test('a host that stands still is woken once, when it goes on', () => {
  const sleeper = new Sleeper();
  const { host, world, rings } = sleeper;
  host.setAlarm(5 * SECOND);
  sleeper.pass(1);
  world.fates.pause(host);
  host.jumpClock(60 * SECOND);
  sleeper.pass(2);
  expect(rings).toEqual([]);
  world.fates.resume(host);
  sleeper.pass(90);
  expect(rings).toEqual([[63, 3]]);
});

test('the clock of another host is not touched', () => {
  const { host, world } = new Sleeper();
  const other = world.addHost([]);
  host.jumpClock(SECOND);
  expect(other.nowUs()).toBe(0);
});
