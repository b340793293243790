import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DialGate, type Dialler } from '../../src/transport/dial-gate.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Waiting extends Dialler {
  isGone: boolean;
}

/** Diallers 0, 1, 2 and so on at a gate that lets `most` in; `dialled` has the numbers of those that had their turn. */
function queueAt(gate: DialGate, count: number): { diallers: Waiting[]; dialled: number[] } {
  const dialled: number[] = [];
  const diallers = Array.from({ length: count }, (_, number): Waiting => ({
    isGone: false,
    dialNow: () => dialled.push(number),
  }));
  for (const dialler of diallers) gate.enter(dialler);
  return { diallers, dialled };
}

test('as many dial at once as the gate lets in, the others in their order', () => {
  const gate = new DialGate(() => 2);
  const { dialled } = queueAt(gate, 4);
  expect(dialled).toEqual([0, 1]);
  gate.leave();
  expect(dialled).toEqual([0, 1, 2]);
  gate.leave();
  expect(dialled).toEqual([0, 1, 2, 3]);
});

test('a gate without a bound lets all in at once', () => {
  expect(queueAt(new DialGate(), 1_000).dialled).toHaveLength(1_000);
});

test('the bound is looked at anew each time', () => {
  let most = 1;
  const gate = new DialGate(() => most);
  const { dialled } = queueAt(gate, 5);
  most = 3;
  gate.leave();
  expect(dialled).toEqual([0, 1, 2, 3]);
});

test('whoever has given up is passed over, and takes no place', () => {
  const gate = new DialGate(() => 1);
  const { diallers, dialled } = queueAt(gate, 4);
  diallers[1]!.isGone = true;
  diallers[2]!.isGone = true;
  gate.leave();
  expect(dialled).toEqual([0, 3]);
});

test('a thousand that wait keep their order while others leave', () => {
  const gate = new DialGate(() => 3);
  const { dialled } = queueAt(gate, 1_000);
  for (let i = 0; i < 997; i++) gate.leave();
  expect(dialled).toEqual(Array.from({ length: 1_000 }, (_, number) => number));
});

test('without files nobody dials for a while, and then whoever had none is the last', () => {
  const gate = new DialGate(() => 2);
  const { diallers, dialled } = queueAt(gate, 3);
  gate.leaveForWantOfFiles(diallers[0]!);
  gate.leave();
  vi.advanceTimersByTime(99);
  expect(dialled).toEqual([0, 1]);
  vi.advanceTimersByTime(1);
  expect(dialled).toEqual([0, 1, 2, 0]);
});
