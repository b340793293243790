/** What a run says of itself, without being asked, in a step of a GitHub workflow. */
import { appendFile, stat } from 'node:fs/promises';
import { annotationsOf, workflowCommand } from '../report/annotation.ts';
import type { Gathering, Subject } from '../report/format.ts';
import { STEP_SUMMARY_BYTES, Summary } from '../report/markdown-format.ts';
import { safe } from '../report/screen-text.ts';
import { writeProblem } from '../report/write-problem.ts';
import { sayError } from './outputs.ts';

/** GitHub shows no more notes of one step. */
const MOST_NOTES = 10;

/** Gathers what runs come to, notes what did not pass, and appends a summary to that of the step. */
export class GitHubStep implements Pick<Gathering, 'add'> {
  readonly #summary = new Summary();
  readonly #file: string | null;
  readonly #root: string | null;
  #notes = 0;

  /** `file`: the summary, or null; `root`: the folder of the repository, or null: nothing is noted. */
  constructor(file: string | null, root: string | null) {
    this.#file = file;
    this.#root = root;
  }

  /** The step that this process is a part of; null for none. */
  static current(env: NodeJS.ProcessEnv = process.env): GitHubStep | null {
    const file = env['GITHUB_STEP_SUMMARY'] || null;
    const isStep = env['GITHUB_ACTIONS'] === 'true';
    const root = isStep ? env['GITHUB_WORKSPACE'] || process.cwd() : null;
    return file === null && root === null ? null : new GitHubStep(file, root);
  }

  add(subject: Subject): void {
    this.#summary.add(subject);
    const root = this.#root;
    if (root === null) return;
    for (const annotation of annotationsOf(subject)) {
      if (this.#notes++ < MOST_NOTES) console.log(workflowCommand(annotation, root));
    }
  }

  /** Appends the summary. Resolves to whether that was done; says when it was not. */
  async finish(): Promise<boolean> {
    if (this.#file === null) return true;
    try {
      const there = await stat(this.#file).catch(() => null);
      // A pipe that nobody reads would keep us waiting for ever.
      if (there !== null && !there.isFile()) {
        sayError(`sim: cannot write the summary to ${safe(this.#file)}: that is no file.`);
        return false;
      }
      const text = this.#summary.pieces(STEP_SUMMARY_BYTES - (there?.size ?? 0)).join('');
      await appendFile(this.#file, text);
      return true;
    } catch (error) {
      const why = writeProblem(error, this.#file);
      sayError(`sim: cannot write the summary to ${safe(this.#file)}: ${why}.`);
      return false;
    }
  }
}
