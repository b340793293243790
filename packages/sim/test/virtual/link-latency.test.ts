import { expect, test } from 'vitest';
import type { Distribution } from '../../src/random/distributions.ts';
import { addressOf } from '../../src/virtual/host-address.ts';
import { BARE_LATENCY_US } from '../../src/virtual/network.ts';
import { bytes, Lab, type End } from './stream-lab.ts';

const constant = (value: number): Distribution => ({ kind: 'constant', value });

/** From the first host to the second 3 ms, back 5 ms; the third is 20 ms from both. */
const NETWORK = {
  latencyUs: {
    groupSizes: [1, 1, 1],
    between: [
      { from: 0, to: 1, latency: constant(3_000) },
      { from: 1, to: 0, latency: constant(5_000) },
    ],
    otherwise: constant(20_000),
  },
};

/** Says something at once, and ends when the other side does. */
function greet(lab: Lab, from: number, to: number): End {
  const near = lab.dial(from, to, (connection) => {
    connection.write(bytes(2));
    connection.end();
  });
  lab.rest();
  return near;
}

test('a call and its bytes take the latencies of their link, each way its own', () => {
  const lab = new Lab(NETWORK);
  const near = lab.dial(0, 1, (connection) => {
    connection.write(bytes(2));
    connection.end();
  });
  lab.until(12_000);
  // There and back for the call; then the bytes.
  expect(near.told[0]).toBe('8000 open');
  const [far] = lab.accepted[1]!;
  expect(far!.told).toEqual(['11000 data 2', '11000 end']);
  far!.connection.write(bytes(3));
  far!.connection.end();
  lab.rest();
  expect(near.told.slice(1)).toEqual(['17000 data 3', '17000 end', '17000 close end']);
});

test('every link has its own', () => {
  const lab = new Lab(NETWORK);
  expect(greet(lab, 2, 1).told[0]).toBe('40000 open');
  expect(lab.accepted[1]![0]!.told[0]).toBe('60000 data 2');
});

test('what is drawn for a link holds for all its connections', () => {
  const drawn = {
    groupSizes: [3],
    between: [],
    otherwise: { kind: 'exponential', mean: 9_000 } as const,
  };
  const lab = new Lab({ latencyUs: drawn });
  const us = lab.world.network.delayUs(0, 1);
  expect(us).not.toBe(lab.world.network.delayUs(0, 2));
  for (const [from, to] of [
    [0, 1],
    [1, 0],
    [0, 1],
  ] as const) {
    const startUs = lab.world.nowUs;
    expect(greet(lab, from, to).told[0]).toBe(`${startUs + 2 * us} open`);
  }
});

test('nobody is farther than the machine itself, nor is a latency of 0', () => {
  const lab = new Lab(NETWORK);
  const near = lab.call(0, addressOf(77));
  lab.rest();
  expect(near.told).toEqual([`${2 * BARE_LATENCY_US} close refused`]);
  const { network } = new Lab({
    latencyUs: { groupSizes: [3], between: [], otherwise: constant(0) },
  }).world;
  expect(network.delayUs(0, 1)).toBe(BARE_LATENCY_US);
});

test('a link between groups is also that of a reset', () => {
  const lab = new Lab(NETWORK);
  const near = lab.dial(0, 1);
  lab.until(20_000);
  near.connection.destroy('protocol');
  lab.rest();
  expect(lab.accepted[1]![0]!.told).toEqual(['23000 close reset']);
});
