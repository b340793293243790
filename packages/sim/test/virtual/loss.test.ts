import { describe, expect, test } from 'vitest';
import { lossContract, type LossyLink } from '../fault/loss.contract.ts';
import { BYTE_A_US, bytes, Lab, SECOND, send, timeOf, WAY } from './stream-lab.ts';

function makeLink(isStanding: boolean, bandwidthBytesPerSecond = 0): LossyLink {
  const lab = new Lab({ latencyUs: 1_000, bandwidthBytesPerSecond });
  const pair = isStanding ? lab.pair(0, 1) : null;
  let near = pair?.[0];
  const startUs = lab.world.nowUs;
  const inTenths = (line: string): string => {
    const tenths = Math.floor((timeOf(line) - startUs) / 100_000) / 10;
    return `${tenths.toFixed(1)} ${line.slice(line.indexOf(' ') + 1)}`;
  };
  return {
    lose: (loss) => lab.rule(0, 1, { loss }),
    call: () => void (near = lab.dial(0, 1)),
    send: (count) => void near!.connection.write(bytes(count)),
    end: () => near!.connection.end(),
    until: (seconds) => lab.until(startUs + seconds * SECOND),
    told() {
      const told = pair?.[1].told ?? near!.told;
      return told.map((line) =>
        inTenths(line)
          .replace('open', 'call')
          .replace(/close.*/, 'lost'),
      );
    },
    close() {},
  };
}

lossContract('in the virtual world', makeLink);

lossContract('in the virtual world with limited bandwidth', (isStanding) =>
  makeLink(isStanding, 1e9),
);

describe('in the virtual world a loss', () => {
  test('is told to both ends as a reset', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    const atUs = lab.world.nowUs + 12_600_000;
    lab.rule(0, 1, { loss: 1 });
    near.connection.write(bytes(5));
    lab.rest();
    expect(near.told).toEqual([`${atUs} close reset`]);
    expect(far.told).toEqual([`${atUs + WAY} close reset`]);
    expect(near.connection.bytesSent).toBe(0);
  });

  test('of a call that is given up is told to the caller as a timeout, to the callee not at all', () => {
    const lab = new Lab();
    lab.rule(1, 0, { loss: 1 });
    const near = lab.dial(0, 1);
    lab.until(200 * SECOND);
    expect(near.told).toEqual(['63000000 close timeout']);
    expect(lab.accepted[1]).toEqual([]);
  });

  test('of a call where nobody is delays the refusal', () => {
    const lab = new Lab({ loss: 0.9 });
    const calls = Array.from({ length: 50 }, () => lab.call(0, 0));
    lab.until(200 * SECOND);
    const told = new Set(calls.map((call) => call.told.join()));
    expect(told).toContain('1020000 close refused');
    expect(told).toContain('63000000 close timeout');
  });

  test('of a link is no matter to others, nor to the way back', () => {
    const lab = new Lab();
    const [near, far] = lab.pair(0, 1);
    const atUs = lab.world.nowUs;
    lab.rule(0, 1, { loss: 1 });
    far.connection.write(bytes(5));
    lab.dial(0, 2, send(6));
    lab.rest();
    expect(near.told).toEqual([`${atUs + WAY} data 5`]);
    expect(lab.accepted[2]![0]!.told).toEqual([`${atUs + 3 * WAY} data 6`]);
  });

  test('leaves what is lost with its sender: more than 64 KiB are enough', () => {
    const lab = new Lab();
    const [near] = lab.pair(0, 1);
    const startUs = lab.world.nowUs;
    const heal = lab.rule(0, 1, { loss: 1 });
    expect(near.connection.write(bytes(65_537))).toBe(false);
    lab.until(startUs + 100_000);
    heal();
    expect(near.told).toEqual([]);
    lab.rest();
    expect(near.told).toEqual([`${startUs + 200_000} drain`]);
  });

  test('of a flight lets the flights of other streams pass on the same wire', () => {
    const lab = new Lab({ bandwidthBytesPerSecond: BYTE_A_US });
    const [near] = lab.pair(0, 1);
    lab.rule(0, 1, { loss: 1 });
    near.connection.write(bytes(5));
    const atUs = lab.world.nowUs;
    lab.dial(0, 2, send(6));
    lab.until(atUs + SECOND);
    expect(lab.accepted[2]![0]!.told).toEqual([`${atUs + 3 * WAY + 12} data 6`]);
  });

  test('holds a call up for 1 s, 3 s and so on, for each of its two packets that is lost', () => {
    const lab = new Lab({ loss: 0.3 });
    const calls = Array.from({ length: 200 }, () => lab.dial(0, 1));
    lab.until(200 * SECOND);
    const opened = calls.filter(({ told }) => told[0]!.endsWith('open'));
    const held = new Set(opened.map(({ told }) => (timeOf(told[0]!) - 2 * WAY) / SECOND));
    const all = [...held].sort((a, b) => a - b);
    expect(all.slice(0, 5)).toEqual([0, 1, 2, 3, 4]);
    expect(all.every(Number.isInteger)).toBe(true);
  });

  // As drawn once for each try, from p losses of one and q of the other rule.
  test('by two rules is drawn from each: half and half lose three of four', () => {
    const lab = new Lab();
    const pairs = Array.from({ length: 400 }, () => lab.pair(0, 1));
    lab.rule(0, 1, { loss: 0.5 });
    lab.rule(0, 1, { loss: 0.5 });
    const atUs = lab.world.nowUs;
    for (const [near] of pairs) near.connection.write(bytes(1));
    lab.until(atUs + 2 * WAY);
    const arrived = pairs.filter(([, far]) => far.told.length > 0).length;
    expect(arrived).toBeGreaterThan(65);
    expect(arrived).toBeLessThan(135);
  });
});
