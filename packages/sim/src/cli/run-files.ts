/** The files that the runs of one command leave: how each comes to be, and what is said of it. */
import type { Plan } from '../plan/plan.ts';
import type { Gathering, Recording, Subject } from '../report/format.ts';
import { writePieces } from '../report/json.ts';
import type { Result } from '../result/result.ts';
import { GitHubStep } from './github-step.ts';
import { sayError } from './outputs.ts';
import { UsageError } from './usage-error.ts';
import { fileOf, type WantedFile } from './wanted-file.ts';

/** What is wanted of a whole command. */
export class CommandFiles {
  readonly #separate: readonly WantedFile[];
  readonly #joined: readonly { readonly file: WantedFile; readonly gathering: Gathering }[];
  readonly #gatherings: readonly Pick<Gathering, 'add'>[];
  readonly #isQuiet: boolean;
  readonly #step: GitHubStep | null = GitHubStep.current();

  constructor({
    files,
    quiet,
  }: {
    readonly files: readonly WantedFile[];
    readonly quiet?: boolean;
  }) {
    this.#separate = files.filter(({ format }) => !format.isJoined);
    this.#joined = files.flatMap((file) =>
      file.format.isJoined ? [{ file, gathering: file.format.gather() }] : [],
    );
    this.#gatherings = [
      ...this.#joined.map(({ gathering }) => gathering),
      ...(this.#step === null ? [] : [this.#step]),
    ];
    this.#isQuiet = quiet === true;
  }

  /** The files of one run, or of what is made of several. `name` tells them apart; null: there is one. */
  of(name: string | null): RunFiles {
    return this.#files(name, this.#gatherings);
  }

  /** The same for what is not judged, such as the base of a comparison: it is in no report on all runs. */
  aside(name: string): RunFiles {
    return this.#files(name, []);
  }

  #files(name: string | null, gatherings: readonly Pick<Gathering, 'add'>[]): RunFiles {
    const files = name === null ? this.#separate : this.#separate.map((file) => fileOf(file, name));
    return new RunFiles(files, { gatherings, isTold: name !== null && !this.#isQuiet });
  }

  /** Writes those in which all runs are joined. Resolves to whether that was done; says when it was not. */
  async finish(): Promise<boolean> {
    let areKept = true;
    for (const { file, gathering } of this.#joined) {
      const isKept = await keep(file, () => gathering.pieces());
      areKept = isKept && areKept;
    }
    return (await this.#step?.finish()) !== false && areKept;
  }
}

/** Those of one run, or of what is made of several. */
export class RunFiles {
  readonly #files: readonly WantedFile[];
  readonly #gatherings: readonly Pick<Gathering, 'add'>[];
  /** Whether their names are said, as they are not those that were typed. */
  readonly #isTold: boolean;
  readonly #recordings = new Map<WantedFile, Recording>();
  readonly #problems = new Map<WantedFile, string>();

  constructor(
    files: readonly WantedFile[],
    {
      gatherings = [],
      isTold = false,
    }: { gatherings?: readonly Pick<Gathering, 'add'>[]; isTold?: boolean } = {},
  ) {
    this.#files = files;
    this.#gatherings = gatherings;
    this.#isTold = isTold;
  }

  /** Begins what is recorded on the way; throws a `UsageError` when a file cannot be begun. */
  listen(plan: Plan): readonly Recording[] {
    for (const file of this.#files) {
      const { format, path } = file;
      if (format.isJoined || format.listen === undefined) continue;
      try {
        this.#recordings.set(file, format.listen(plan, path));
      } catch (error) {
        throw new UsageError(`${(error as Error).message}.`);
      }
    }
    return [...this.#recordings.values()];
  }

  /** The run is over; `problem` says why it did not come to its end, or null. */
  async end(problem: string | null): Promise<void> {
    for (const [file, recording] of this.#recordings) {
      try {
        await recording.end?.(problem);
      } catch (error) {
        this.#problems.set(file, (error as Error).message);
      }
    }
  }

  /** Writes the files of a run. Resolves to whether all could be written; says which could not, and why. */
  async writeRun(result: Result): Promise<boolean> {
    return await this.write({ kind: 'run', result });
  }

  /** The same for anything that a report can be made of. What a format makes nothing of has no file. */
  async write(subject: Subject): Promise<boolean> {
    for (const gathering of this.#gatherings) gathering.add(subject);
    const able = this.#files.filter(({ format }) => format.of.includes(subject.kind));
    let areKept = true;
    for (const file of able) {
      const isKept = await this.#writeOne(file, subject);
      if (isKept && this.#isTold) console.error(`written: ${file.path}`);
      areKept = isKept && areKept;
    }
    return areKept;
  }

  async #writeOne(file: WantedFile, subject: Subject): Promise<boolean> {
    const problem = this.#problems.get(file);
    if (problem !== undefined) {
      sayError(`sim: ${problem}.`);
      return false;
    }
    const { format } = file;
    if (format.isJoined) return true;
    const recording = this.#recordings.get(file);
    if (recording !== undefined && subject.kind === 'run') {
      const { result } = subject;
      if (recording.pieces === undefined) return true;
      return await keep(file, () => recording.pieces!(result));
    }
    return await keep(file, () => format.pieces?.(subject) ?? []);
  }
}

/** Writes one file, whole or not at all. */
async function keep(
  { format, path }: WantedFile,
  pieces: () => Iterable<string> | Promise<Iterable<string>>,
): Promise<boolean> {
  const text = await pieces();
  try {
    await writePieces(format.contents, text, path);
    return true;
  } catch (error) {
    sayError(`sim: ${(error as Error).message}.`);
    return false;
  }
}
