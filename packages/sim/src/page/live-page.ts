/**
 * A page that shows a run while it goes on. It records as a page of `--html` does; what has come since is told
 * to those who look now and then, and so seldom that the telling takes a hundredth of the time at most. When
 * nobody looks, nothing is told. At the end it becomes the finished page.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Plan } from '../plan/plan.ts';
import type { Recording } from '../report/format.ts';
import type { Result } from '../result/result.ts';
import { encodePage } from './encoding.ts';
import { EventFeed } from './event-feed.ts';
import { renderPage } from './html.ts';
import {
  encodeBeginning,
  encodeChanges,
  encodeNow,
  textOf,
  type ToldChanges,
} from './live-encoding.ts';
import { serveLoopback, type LoopbackServer } from './loopback-server.ts';
import { factsOf } from './page.ts';
import { answerPage } from './page-server.ts';
import { PageRecorder } from './recorder.ts';
import { namesOfPlan } from './run-names.ts';
import { readSources, type SourceText } from './sources.ts';

/** People cannot read faster. */
const LEAST_WAIT_MS = 500;

/** All the telling takes a hundredth of the time that somebody has looked, in processor time of this thread… */
const TIME_FOR_WORK = 100;

/** …and may begin with so much: the first telling is slow, and whoever opens a page wants to see something. */
const HEAD_START_MS = 100;

/** Fewer than in a page of `--html`: what is kept costs time while the run goes on. */
const MOST_REQUESTS = 20_000;

/** A page that is loaded again is away for less than this. */
const GRACE_MS = 5_000;

/** So often it is looked whether anybody is still there. */
const LOOK_MS = 250;

/** What a live page shows. */
export interface LiveRun {
  readonly plan: Plan;
  /** Name of the runner. */
  readonly runner: string;
  /** 0: a free one. */
  readonly port: number;
}

/** See the head of this file. */
export class LivePage {
  /** What it listens to the run with. */
  readonly recording: Recording;
  readonly #recorder: PageRecorder;
  readonly #runner: string;
  readonly #sources: readonly SourceText[];
  readonly #feed: EventFeed;
  readonly #server: LoopbackServer;
  #told: ToldChanges = { states: 0, links: 0 };
  #timer: NodeJS.Timeout | undefined;
  /** Processor time that the telling took. */
  #spentMs = 0;
  /** From when on somebody has looked. */
  #sinceMs = Infinity;

  private constructor({ plan, runner }: LiveRun, feed: EventFeed, server: LoopbackServer) {
    this.#recorder = new PageRecorder(namesOfPlan(plan), MOST_REQUESTS);
    this.#runner = runner;
    this.#sources = readSources(plan.scenario);
    this.#feed = feed;
    this.#server = server;
    this.recording = {
      journal: this.#recorder,
      judged: (judgement) => this.#recorder.judged(judgement),
    };
    feed.append('begin', encodeBeginning(this.#recorder, this.#facts(null)));
    this.#turn();
  }

  /** Serves a page of a run that is to begin. Rejects with the system's error when it cannot listen. */
  static async open(run: LiveRun): Promise<LivePage> {
    const title = `RUNNING: ${run.plan.scenario.name}`;
    const html = await renderPage({ title, data: null });
    const feed = new EventFeed();
    const answers = new Map([
      ['/', answerPage(html)],
      ['/events', feed.answer.bind(feed)],
    ]);
    return new LivePage(run, feed, await serveLoopback(answers, run.port));
  }

  /** Where a browser finds it. */
  get address(): string {
    return this.#server.address;
  }

  /** How many look at it now. */
  get watchers(): number {
    return this.#feed.readers;
  }

  /** The run is over: shows the whole of it, as a page of `--html` does. */
  finish(result: Result): void {
    this.#stop();
    if (!this.#feed.wasRead) return;
    this.#feed.replace('end', textOf(encodePage(this.#recorder, this.#facts(result))));
  }

  /** Resolves when nobody has looked for some seconds, at once when nobody ever has, and on `signal`. */
  async untilDeserted(signal: AbortSignal): Promise<void> {
    let seenMs = this.#feed.wasRead ? performance.now() : -Infinity;
    while (!signal.aborted && performance.now() - seenMs < GRACE_MS) {
      await pause(LOOK_MS, undefined, { signal }).catch(() => {});
      if (this.#feed.readers > 0) seenMs = performance.now();
    }
  }

  /** Ends it. Pages that are open keep what they show. */
  async close(): Promise<void> {
    this.#stop();
    await this.#feed.close();
    await this.#server.close();
  }

  #stop(): void {
    clearTimeout(this.#timer);
  }

  #facts(result: Result | null): ReturnType<typeof factsOf> {
    return factsOf({ runner: this.#runner, result, sources: this.#sources });
  }

  readonly #turn = (): void => {
    if (this.#feed.readers > 0) this.#tell();
    const nowMs = performance.now();
    if (this.#feed.wasRead) this.#sinceMs = Math.min(this.#sinceMs, nowMs);
    const paidForMs = this.#sinceMs + (this.#spentMs - HEAD_START_MS) * TIME_FOR_WORK;
    const waitMs = this.#spentMs === 0 ? 0 : paidForMs - nowMs;
    this.#timer = setTimeout(this.#turn, Math.max(LEAST_WAIT_MS, waitMs)).unref();
  };

  #tell(): void {
    const before = process.threadCpuUsage();
    const changes = encodeChanges(this.#recorder, this.#told);
    if (changes !== null) {
      this.#feed.append('network', changes.data);
      this.#told = changes.told;
    }
    this.#feed.replace('now', encodeNow(this.#recorder));
    const { user, system } = process.threadCpuUsage(before);
    this.#spentMs += (user + system) / 1_000;
  }
}
