/** `sim run FILE --watch`: a page on this machine that shows the run while it goes on. */
import type { Plan } from '../plan/plan.ts';
import { LivePage } from '../page/live-page.ts';
import type { Result } from '../result/result.ts';
import type { Runner } from '../runner/runner.ts';
import { interruptible } from './interrupt.ts';
import { sayError } from './outputs.ts';
import type { RunCommandOptions } from './run-options.ts';
import { UsageError } from './usage-error.ts';

/** What is watched is one run that goes on in this thread. Throws a `UsageError` for anything else. */
export function refuseWatch(options: RunCommandOptions, files: number, cells: number): void {
  if (!options.watch) {
    if (options.port === undefined) return;
    throw new UsageError('--port is the port of a page that shows the run: give --watch, too.');
  }
  const several = [
    ...(files > 1 ? ['several files are'] : []),
    ...(cells > 1 ? ['the cells of a matrix are'] : []),
    ...(options.repeat === undefined ? [] : ['--repeat is']),
    ...(options.seeds === undefined ? [] : ['--seeds is']),
    ...(options.checkDeterminism ? ['--check-determinism is'] : []),
    ...(options.runner.includes(',') ? ['several runners are'] : []),
  ];
  if (several.length === 0) return;
  const instead = cells > 1 && files === 1 ? 'choose one with --cell 1' : 'leave --watch out';
  throw new UsageError(`--watch shows one run, and ${several[0]} many: ${instead}.`);
}

/** The page of one run, or nothing when none is wanted. */
export class Watch implements AsyncDisposable {
  readonly #page: LivePage | null;

  private constructor(page: LivePage | null) {
    this.#page = page;
  }

  /** Serves the page and says where. Throws a `UsageError` when the port cannot be had. */
  static async begin(plan: Plan, { name }: Runner, options: RunCommandOptions): Promise<Watch> {
    if (!options.watch) return new Watch(null);
    const port = options.port ?? 0;
    try {
      const page = await LivePage.open({ plan, runner: name, port });
      sayError(`Watch it at ${page.address}`);
      return new Watch(page);
    } catch (error) {
      throw new UsageError(`--port ${port}: ${problemOf(error as NodeJS.ErrnoException)}.`);
    }
  }

  /** What it listens to the run with. */
  recordings(): readonly LivePage['recording'][] {
    return this.#page === null ? [] : [this.#page.recording];
  }

  /** The run is over, and this came of it. */
  finish(result: Result): void {
    this.#page?.finish(result);
  }

  /** Lets those who look at the page go on, until the last of them has gone or Ctrl-C. */
  async stay(): Promise<void> {
    if (this.#page === null) return;
    const { signal, dispose } = interruptible();
    if (this.#page.watchers > 0) {
      sayError(`${this.#page.address} stays until nobody looks at it any more; Ctrl-C ends it.`);
    }
    await this.#page.untilDeserted(signal);
    dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#page?.close();
  }
}

function problemOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'EADDRINUSE') return 'something else listens there; leave it out for a free one';
  if (code === 'EACCES') return 'only an administrator may listen there; take one from 1024 on';
  return message;
}
