/**
 * How the lab itself is doing, from one look to the next: what it measures of peers that share a starved
 * machine with it is not the peers' doing.
 */
import { readFileSync } from 'node:fs';
import { performance, type EventLoopUtilization } from 'node:perf_hooks';
import type { HarnessLoad } from '../journal/event.ts';
import { takeShortages } from './file-budget.ts';

/** How often the event loop is to pass by, to see how late it does. */
const PASS_MS = 10;

/** What the system tells. Given by hand in tests. */
export interface SystemFigures {
  nowMs(): number;
  /** Processor time of this process with all its threads, in microseconds. */
  cpuUs(): number;
  /** Share of the time since `before` in which the event loop had something to do. */
  loop(before?: EventLoopUtilization): EventLoopUtilization;
  /** Text of /proc/stat; null where there is none. Throws when there is no file left to read it with. */
  stat(): string | null;
  /** How often there was no file for a connection since the last call. */
  shortages(): number;
}

/** See the head of this file. Lasts until `stop`. */
export class SelfWatch {
  readonly #system: SystemFigures;
  // Not `monitorEventLoopDelay`: it forgets a stall that ends with our look, when it has not looked itself.
  readonly #passing = setInterval(() => this.#pass(), PASS_MS).unref();
  #passedMs: number;
  #worstMs = 0;
  #lookedMs: number;
  #cpuUs: number;
  #loop: EventLoopUtilization;
  #machine: MachineTimes | null = null;

  constructor(system: SystemFigures = SYSTEM) {
    this.#system = system;
    this.#lookedMs = this.#passedMs = system.nowMs();
    this.#cpuUs = system.cpuUs();
    this.#loop = system.loop();
    this.#look();
  }

  /** Forgets what was before. */
  reset(): void {
    this.takeLoad();
    this.takeWorstDelayUs();
  }

  /** How long the event loop was held up at worst since the last call, in microseconds. */
  takeWorstDelayUs(): number {
    this.#pass();
    const worstMs = this.#worstMs;
    this.#worstMs = 0;
    return Math.round(worstMs * 1_000);
  }

  /** What the lab had of the machine since the last call. */
  takeLoad(): HarnessLoad {
    const nowMs = this.#system.nowMs();
    const cpuUs = this.#system.cpuUs();
    const elapsedUs = Math.max(1, (nowMs - this.#lookedMs) * 1_000);
    const cores = (cpuUs - this.#cpuUs) / elapsedUs;
    const loopShare = this.#system.loop(this.#loop).utilization;
    this.#lookedMs = nowMs;
    this.#cpuUs = cpuUs;
    this.#loop = this.#system.loop();
    const before = this.#machine;
    // Both are asked: a shortage of connections may be over by now.
    const hasLooked = this.#look();
    const isShortOfFiles = this.#system.shortages() > 0 || !hasLooked;
    return { cores, loopShare, machineShare: busyShare(before, this.#machine), isShortOfFiles };
  }

  /** Watches no more. */
  stop(): void {
    clearInterval(this.#passing);
  }

  #pass(): void {
    const nowMs = this.#system.nowMs();
    this.#worstMs = Math.max(this.#worstMs, nowMs - this.#passedMs - PASS_MS);
    this.#passedMs = nowMs;
  }

  /** Whether there was a file to look at the machine with. */
  #look(): boolean {
    try {
      const text = this.#system.stat();
      this.#machine = text === null ? null : machineTimes(text);
      return true;
    } catch {
      this.#machine = null;
      return false;
    }
  }
}

/** Time of all processors together since the start of the machine, in the kernel's ticks. */
interface MachineTimes {
  readonly idle: number;
  readonly all: number;
}

/** From the first line of /proc/stat: `cpu user nice system idle iowait irq softirq steal …`. */
function machineTimes(text: string): MachineTimes | null {
  const ticks = /^cpu +([\d ]+)$/m.exec(text)?.[1]?.split(' ').slice(0, 8).map(Number);
  if (ticks === undefined || ticks.length < 8) return null;
  return { idle: ticks[3]! + ticks[4]!, all: ticks.reduce((sum, one) => sum + one) };
}

function busyShare(before: MachineTimes | null, after: MachineTimes | null): number | null {
  if (before === null || after === null || after.all <= before.all) return null;
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

const SYSTEM: SystemFigures = {
  nowMs: () => performance.now(),
  cpuUs: () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  },
  loop: (before) => performance.eventLoopUtilization(before),
  shortages: takeShortages,
  stat: () => {
    try {
      return readFileSync('/proc/stat', 'utf8');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EMFILE' || code === 'ENFILE') throw error;
      // Only Linux tells so.
      return null;
    }
  },
};
