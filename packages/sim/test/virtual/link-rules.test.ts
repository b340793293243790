import { describe, expect, test } from 'vitest';
import { BYTE_A_US, bytes, Lab, PIECE, SECOND, send, timeOf, WAY } from './stream-lab.ts';

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
