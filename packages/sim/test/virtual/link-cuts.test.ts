import { describe, expect, test } from 'vitest';
import type { VirtualConnection } from '../../src/virtual/virtual-connection.ts';
import { bytes, Lab, SECOND, send, WAY } from './stream-lab.ts';

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
