import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Lanes, type Lane } from '../../src/replay/lanes.ts';

/** Rows, and those that were made. */
function rows(): { readonly lanes: Lanes; readonly made: Lane[] } {
  const made: Lane[] = [];
  let tid = 100;
  const lanes = new Lanes(
    () => tid++,
    (lane) => made.push(lane),
  );
  return { lanes, made };
}

test('a span goes into the first row that is free, whatever ended when', () => {
  const steps = fc.array(fc.record({ wait: fc.nat(3), ends: fc.nat(40), isStart: fc.boolean() }), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(steps, (script) => {
      const { lanes, made } = rows();
      const freeUs: number[] = [];
      let nowUs = 0;
      for (const { wait, ends, isStart } of script) {
        nowUs += wait;
        const open = made.filter(({ index }) => freeUs[index] === Infinity);
        const ending = open[ends];
        if (isStart || ending === undefined) {
          const expected = freeUs.findIndex((us) => us < nowUs);
          const lane = lanes.take(nowUs);
          expect(lane.index).toBe(expected < 0 ? freeUs.length : expected);
          freeUs[lane.index] = Infinity;
        } else {
          lanes.release(ending, nowUs);
          freeUs[ending.index] = nowUs;
        }
      }
      expect(made.map(({ index, tid }) => tid - index)).toEqual(made.map(() => 100));
    }),
  );
});

test('a span that begins in the moment in which another one ends gets a row of its own', () => {
  const { lanes } = rows();
  lanes.release(lanes.take(0), 5);
  expect(lanes.take(5).index).toBe(1);
  expect(lanes.take(6).index).toBe(0);
});

// Looking through them one by one takes minutes for so many.
test('a peer may have 200,000 spans open at once', () => {
  const { lanes, made } = rows();
  for (let i = 0; i < 200_000; i++) lanes.take(i);
  for (const lane of made.toReversed()) lanes.release(lane, 200_000);
  for (let i = 0; i < 200_000; i++) if (lanes.take(200_001) !== made[i]) expect.fail(`row ${i}`);
});
