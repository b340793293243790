import { findingText, keepDiagram, keepFinding } from '../explore/keep-finding.ts';
import { relativeTo } from '../explore/self-contained.ts';
import type { Document } from '../explore/shrink/document.ts';
import { safe } from '../report/screen-text.ts';
import { simCommand } from '../report/sim-command.ts';
import { writeProblem } from '../report/write-problem.ts';
import { shownPath } from '../result/shown-path.ts';
import { sayError } from './outputs.ts';

/** A scenario that somebody is to have. */
export interface HandedOver {
  /** With a name. */
  readonly document: Document;
  /** What is the matter with it, one line. */
  readonly what: string;
  /** The words that find it again. */
  readonly line: string;
  /** The messages that matter, for Mermaid; null: none. */
  readonly diagram: string | null;
  /**
   * What `sim run` does with it: the same, which is usual; nothing is wrong, since only exploring holds the exam at the
   * end; it does not come to its end.
   */
  readonly runs?: 'alike' | 'unnoticed' | 'for ever';
}

/** What is said of the file. */
const NEXT: Readonly<Record<NonNullable<HandedOver['runs']>, (file: string) => string>> = {
  alike: (file) => `${simCommand()} run ${file} --runner virtual`,
  unnoticed: (file) => `kept in ${file}; sim explore and sim shrink see it, sim run does not`,
  'for ever': (file) => `kept in ${file}; sim run does not come to its end with it`,
};

/** Prints a scenario, or writes it into the folder `save`. Returns false when that could not be done, and says so. */
export function handOver(
  { document, what, line, diagram, runs = 'alike' }: HandedOver,
  save: string | undefined,
): boolean {
  if (save === undefined) {
    console.log(`\n${findingText(relativeTo(document, '.'), what, line)}`);
    if (diagram !== null) console.log(diagram);
    return true;
  }
  try {
    const file = keepFinding(save, relativeTo(document, save), what, line);
    console.log(`  ${NEXT[runs](shownPath(file))}`);
    if (diagram !== null)
      console.log(`  messages that matter: ${shownPath(keepDiagram(file, diagram))}`);
    return true;
  } catch (error) {
    sayError(`sim: --save ${safe(save)}: ${writeProblem(error, save)}.`);
    // What was found must not be lost.
    console.log(`\n${findingText(relativeTo(document, '.'), what, line)}`);
    return false;
  }
}
