import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LiveLine, type LiveStream, type Progress } from '../../src/report/live-line.ts';

const HIDE = '\u001b[?25l';
const SHOW = '\u001b[?25h';
const ERASE = '\r\u001b[2K';

const STEADY: Progress = {
  phase: 'steady',
  phaseIndex: 1,
  phaseCount: 3,
  elapsedUs: 3_000_000,
  phaseUs: 4_000_000,
  due: 1240,
  done: 1238,
  wrong: 2,
  failed: 0,
  bytesPerSecond: 13_200_000,
};

/** A stream that remembers what was written to it. */
class FakeStream implements LiveStream {
  readonly writes: string[] = [];
  readonly isTTY: boolean;
  columns = 80;

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.writes.push(text);
  }
}

function open(stream: LiveStream, color = false): LiveLine {
  return new LiveLine(stream, { color, now: () => Date.now() });
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the line tells phase, time left, requests, errors and rate', () => {
  const stream = new FakeStream(true);
  using line = open(stream);
  line.update(STEADY);
  expect(stream.writes).toEqual([
    `${HIDE}steady (2/3)  ━━━━━━──  1.0 s left  1,238/1,240 done  2 wrong  13.2 MB/s`,
  ]);
});

test('the line begins with which of several runs this is', () => {
  const stream = new FakeStream(true);
  using line = open(stream);
  line.update({ ...STEADY, repetition: { run: 3, of: 10 } });
  expect(stream.writes[0]).toMatch(/3 of 10 {2}steady \(2\/3\) /);
});

test('while peers find one another the line tells the share of pairs', () => {
  const stream = new FakeStream(true);
  using line = open(stream);
  const known = { pairs: 45, of: 90 };
  line.update({ ...STEADY, phaseUs: null, known, due: 0, done: 0, wrong: 0 });
  expect(stream.writes).toEqual([`${HIDE}steady (2/3)  ━━━━────  45 of 90 pairs know each other`]);
});

test('it is redrawn ten times a second at most, and with the latest values', () => {
  const stream = new FakeStream(true);
  using line = open(stream);
  for (let done = 0; done < 1000; done++) {
    line.update({ ...STEADY, done });
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(100);
  expect(stream.writes).toHaveLength(11);
  expect(stream.writes.at(-1)).toContain(`${ERASE}steady (2/3)`);
  expect(stream.writes.at(-1)).toContain(' 999/1,240 done');
});

test('it is clipped below the width of the terminal', () => {
  const stream = new FakeStream(true);
  stream.columns = 30;
  using line = open(stream);
  line.update(STEADY);
  expect(stream.writes).toEqual([`${HIDE}steady (2/3)  ━━━━━━──  1.0 …`]);
});

test('a name cannot act on the terminal', () => {
  const stream = new FakeStream(true);
  using line = open(stream);
  line.update({ ...STEADY, phase: '\u001b[2J\n' });
  expect(stream.writes[0]).toContain(String.raw`${HIDE}\u{1b}[2J\u{a} (2/3)`);
});

test('disposing erases the line, shows the cursor and ends the drawing', () => {
  const stream = new FakeStream(true);
  const line = open(stream);
  line.update(STEADY);
  line.update(STEADY);
  line.dispose();
  line.dispose();
  line.update(STEADY);
  vi.advanceTimersByTime(1000);
  expect(stream.writes).toHaveLength(2);
  expect(stream.writes[1]).toBe(`${ERASE}${SHOW}`);
});

test('a line that was never drawn leaves the terminal alone', () => {
  const stream = new FakeStream(true);
  open(stream).dispose();
  expect(stream.writes).toEqual([]);
});

test('a stream that is no terminal is left alone', () => {
  const stream = new FakeStream(false);
  using line = open(stream, true);
  line.update(STEADY);
  vi.advanceTimersByTime(1000);
  line.dispose();
  expect(stream.writes).toEqual([]);
});

test('the end of the process brings the cursor back, and no listener is left behind', () => {
  const events = ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'];
  const listeners = (): number[] => events.map((event) => process.listenerCount(event));
  const before = listeners();
  const stream = new FakeStream(true);
  const line = open(stream);
  line.update(STEADY);
  const onExit = process.listeners('exit').at(-1);
  onExit?.call(process, 0);
  expect(stream.writes.at(-1)).toBe(`${ERASE}${SHOW}`);
  expect(listeners()).toEqual(before);
});
