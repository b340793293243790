/**
 * `--bundle DIR`: a folder for each run that does not pass, with all that is needed to look at it and to repeat it. On the
 * virtual runner the journal comes from running it once more, which is exact and costs what passes nothing; on the others,
 * where no run comes again, every run is recorded, and what passes is removed.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { PeerLogs } from '../bundle/peer-logs.ts';
import { makeStaging, placeProblem, putInPlace } from '../bundle/place.ts';
import { writeBundle } from '../bundle/write.ts';
import type { Plan } from '../plan/plan.ts';
import type { Recording } from '../report/format.ts';
import { safe } from '../report/screen-text.ts';
import { simCommand } from '../report/sim-command.ts';
import { writeProblem } from '../report/write-problem.ts';
import type { Result } from '../result/result.ts';
import type { Runner } from '../runner/runner.ts';
import { carryOut, type RunKeeper } from './carry-out.ts';
import { FORMATS } from './formats.ts';
import { sayError } from './outputs.ts';
import { RunFiles } from './run-files.ts';
import { shownPath } from '../result/shown-path.ts';
import { UsageError } from './usage-error.ts';

/** A command with thousands of failing runs does not fill the disk; the first ones tell as much. */
export const MOST_BUNDLES = 20;

/** Formats that are in a bundle, as far as there are such, and the names of their files. */
const BUNDLED: ReadonlyMap<string, string> = new Map([
  ['json', 'result.json'],
  ['trace', 'journal.trace'],
  ['html', 'page.html'],
]);

/** The bundles of one command. */
export class Bundles {
  readonly #folder: string | undefined;
  readonly #isSeveral: boolean;
  #written = 0;
  #left = 0;
  #areKept = true;

  /** `isSeveral`: there may be more than one, each in a folder below. Throws a `UsageError` when there is no place. */
  constructor(folder: string | undefined, isSeveral: boolean) {
    this.#folder = folder;
    this.#isSeveral = isSeveral;
    const problem = folder === undefined ? null : placeProblem(folder, isSeveral);
    if (problem !== null) throw new UsageError(`--bundle ${safe(folder!)}: ${problem}.`);
  }

  /** Whether somebody wants one more, and it may be written; one that may not is counted as left out. */
  takesAnother(): boolean {
    if (this.#folder === undefined) return false;
    if (this.#written < MOST_BUNDLES) return true;
    this.#left++;
    return false;
  }

  /** The bundle of a run that is about to begin; `name` tells it from the others. */
  of(name: string, plan: Plan, runner: Runner): Bundle {
    const folder = this.#folder;
    const place = folder !== undefined && this.#isSeveral ? join(folder, name) : folder;
    return new Bundle(place, folder, { plan, runner }, this.#tally);
  }

  /** Says how many there would have been beside those that there are. Gives whether all could be written. */
  finish(): boolean {
    if (this.#left === 0) return this.#areKept;
    const runs = this.#left === 1 ? 'run that did not pass has' : 'runs that did not pass have';
    sayError(`${this.#left} more ${runs} no bundle: ${MOST_BUNDLES} are written at most.`);
    return this.#areKept;
  }

  readonly #tally: Tally = {
    takesOne: () => {
      if (this.#written === MOST_BUNDLES) this.#left++;
      else this.#written++;
      return this.#left === 0;
    },
    hasFailed: () => {
      this.#areKept = false;
    },
  };
}

/** What bundles of one command count together. */
interface Tally {
  /** Whether one more may be written. */
  takesOne(): boolean;
  hasFailed(): void;
}

/** The bundle of one run, which comes to be only if that does not pass. */
export class Bundle implements RunKeeper {
  readonly #place: string | undefined;
  readonly #folder: string | undefined;
  readonly #plan: Plan;
  readonly #runner: Runner;
  readonly #tally: Tally;
  readonly #logs: PeerLogs;
  #staging: string | null = null;
  #files: RunFiles | null = null;

  constructor(
    place: string | undefined,
    folder: string | undefined,
    { plan, runner }: { readonly plan: Plan; readonly runner: Runner },
    tally: Tally,
  ) {
    this.#place = place;
    this.#folder = folder;
    this.#plan = plan;
    this.#runner = runner;
    this.#tally = tally;
    this.#logs = new PeerLogs(plan.peers.map(({ name }) => name));
  }

  listen(): readonly Recording[] {
    if (this.#place === undefined || this.#runner.name === 'virtual') return [];
    return this.#begin().listen(this.#plan);
  }

  async end(problem: string | null): Promise<void> {
    await this.#files?.end(problem);
  }

  onOutput(peer: number, text: string): void {
    if (this.#place !== undefined) this.#logs.add(peer, text);
  }

  /**
   * The run is judged. Writes the bundle, or removes what was recorded. Never rejects: it says
   * why there is none.
   */
  async keep(result: Result, signal: AbortSignal): Promise<void> {
    if (this.#place === undefined) return;
    try {
      if (result.verdict === 'pass' || signal.aborted || !this.#tally.takesOne()) return;
      await this.#write(this.#place, result, signal);
    } catch (error) {
      const why =
        (error as NodeJS.ErrnoException).code === undefined
          ? (error as Error).message
          : writeProblem(error, this.#place);
      sayError(`sim: cannot write the bundle to ${safe(this.#place)}: ${why}.`);
      this.#tally.hasFailed();
    } finally {
      if (this.#staging !== null) rmSync(this.#staging, { recursive: true, force: true });
    }
  }

  #begin(): RunFiles {
    this.#staging = makeStaging(this.#folder!);
    const files = FORMATS.flatMap((format) => {
      const name = BUNDLED.get(format.option);
      return name === undefined ? [] : [{ format, path: join(this.#staging!, name) }];
    });
    this.#files = new RunFiles(files);
    return this.#files;
  }

  async #write(place: string, result: Result, signal: AbortSignal): Promise<void> {
    if (this.#files === null) await this.#runAgain(this.#begin(), result, signal);
    if (signal.aborted) return;
    if (!(await this.#files!.writeRun(result))) return this.#tally.hasFailed();
    writeBundle(this.#staging!, this.#plan, result, this.#logs);
    putInPlace(this.#staging!, place);
    sayError(
      `bundle: ${safe(shownPath(place))}, repeat: ${simCommand()} replay ${safe(shownPath(place))}`,
    );
  }

  async #runAgain(files: RunFiles, result: Result, signal: AbortSignal): Promise<void> {
    const watched = { files, quiet: true, color: false };
    const again = await carryOut(this.#plan, this.#runner, watched, signal, performance.now());
    if (signal.aborted || again.result.virtual?.traceHash === result.virtual?.traceHash) return;
    throw new Error('the run went another way when it was recorded, which is a bug of the lab');
  }
}
