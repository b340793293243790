import type { EventLoopUtilization } from 'node:perf_hooks';
import { afterEach, expect, test } from 'vitest';
import { SelfWatch, type SystemFigures } from '../../src/runner/self-watch.ts';

/** A system that says what it is told to say. */
class ToldSystem implements SystemFigures {
  ms = 1_000;
  us = 0;
  share = 0;
  text: string | null = null;
  hasFiles = true;
  wanted = 0;

  nowMs = (): number => this.ms;
  cpuUs = (): number => this.us;
  loop = (before?: EventLoopUtilization): EventLoopUtilization => {
    const utilization = before === undefined ? 0 : this.share;
    return { idle: 0, active: 0, utilization };
  };
  stat = (): string | null => {
    if (!this.hasFiles) throw new Error('EMFILE');
    return this.text;
  };
  shortages = (): number => this.wanted;
}

/** The first lines of /proc/stat: busy and idle ticks of the machine since its start. */
function stat(busy: number, idle: number): string {
  return `cpu  ${busy} 0 0 ${idle} 0 0 0 0 0 0\ncpu0 ${busy} 0 0 ${idle} 0 0 0 0 0 0\n`;
}

const watches: SelfWatch[] = [];
afterEach(() => {
  for (const watch of watches.splice(0)) watch.stop();
});

function watched(system: ToldSystem): SelfWatch {
  const watch = new SelfWatch(system);
  watches.push(watch);
  return watch;
}

test('a load is of the time since the last one', () => {
  const system = new ToldSystem();
  system.text = stat(1_000, 1_000);
  const watch = watched(system);
  system.ms += 100;
  system.us += 150_000;
  system.share = 0.75;
  system.text = stat(1_030, 1_010);
  expect(watch.takeLoad()).toEqual({
    cores: 1.5,
    loopShare: 0.75,
    machineShare: 0.75,
    isShortOfFiles: false,
  });
  system.ms += 200;
  system.us += 20_000;
  system.text = stat(1_030, 1_050);
  expect(watch.takeLoad()).toMatchObject({ cores: 0.1, machineShare: 0 });
});

test('a system that does not tell of its processors is taken as it is', () => {
  const system = new ToldSystem();
  const watch = watched(system);
  expect(watch.takeLoad()).toMatchObject({ machineShare: null, isShortOfFiles: false });
  system.text = 'intr 1 2 3';
  expect(watch.takeLoad()).toMatchObject({ machineShare: null, isShortOfFiles: false });
  // There is nothing to compare the first one with.
  system.text = stat(1, 1);
  expect(watch.takeLoad()).toMatchObject({ machineShare: null });
});

test('want of files is seen where a look needs one, and where a connection did', () => {
  const system = new ToldSystem();
  const watch = watched(system);
  system.hasFiles = false;
  expect(watch.takeLoad()).toMatchObject({ isShortOfFiles: true, machineShare: null });
  system.hasFiles = true;
  expect(watch.takeLoad()).toMatchObject({ isShortOfFiles: false });
  system.wanted = 2;
  expect(watch.takeLoad()).toMatchObject({ isShortOfFiles: true });
});

test('a stall of the event loop is seen, though no timer of the run was due, and only once', () => {
  const system = new ToldSystem();
  const watch = watched(system);
  system.ms += 500;
  watch.reset();
  system.ms += 300;
  expect(watch.takeWorstDelayUs()).toBe(290_000);
  system.ms += 10;
  expect(watch.takeWorstDelayUs()).toBe(0);
});

test('the system itself tells all that it has', () => {
  const watch = new SelfWatch();
  watches.push(watch);
  const { cores, loopShare, isShortOfFiles } = watch.takeLoad();
  expect(cores).toBeGreaterThanOrEqual(0);
  expect(loopShare).toBeGreaterThanOrEqual(0);
  expect(loopShare).toBeLessThanOrEqual(1);
  expect(isShortOfFiles).toBe(false);
});
