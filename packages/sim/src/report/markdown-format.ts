import type { Verdict } from '../result/result.ts';
import type { Gathering, JoinedFormat, Subject } from './format.ts';
import { comparisonSection } from './markdown-comparison.ts';
import { paritySection } from './markdown-parity.ts';
import { repeatSection } from './markdown-repeats.ts';
import { runSection } from './markdown-run.ts';
import { table, words } from './markdown-text.ts';

/** What GitHub takes of the summary of a step; more of it, and it shows nothing at all. */
export const STEP_SUMMARY_BYTES: number = 1_024 * 1_024;

/** Rows of the overview at most. */
const MOST_ROWS = 100;

/** Kept for the head and for what is said of the rest. */
const RESERVE_BYTES = 1_024;

/** One run, or what is made of several, as text. */
export interface Section {
  /** Its name in words, without marks. */
  readonly title: string;
  readonly verdict: Verdict;
  /** What came of it, in a few words; absent where the title says all. */
  readonly brief?: string;
  /** Markdown under the title. */
  readonly body: string;
}

/** `--markdown`: what came of all runs, for people; as much of it as a summary on GitHub may have. */
export const MARKDOWN_FORMAT: JoinedFormat = {
  option: 'markdown',
  help: 'write a summary of all runs for people; on GitHub it is shown by itself',
  contents: 'the summary',
  of: ['run', 'repeats', 'seeds', 'parity', 'comparison'],
  isJoined: true,
  gather: () => new Summary(),
};

/** See `MARKDOWN_FORMAT`. */
export class Summary implements Gathering {
  readonly #sections: Section[] = [];

  add(subject: Subject): void {
    this.#sections.push(sectionOf(subject));
  }

  /** As much as fits in so many bytes, those that did not pass first. */
  pieces(limitBytes: number = STEP_SUMMARY_BYTES): string[] {
    const passed = this.#sections.filter(({ verdict }) => verdict === 'pass');
    const others = this.#sections.filter(({ verdict }) => verdict !== 'pass');
    const all = [...others, ...passed].map(rendered);
    const overview = all.length < 2 ? '' : overviewOf([...others, ...passed]);
    const texts: string[] = [];
    let room = limitBytes - RESERVE_BYTES - Buffer.byteLength(overview);
    for (const text of all) {
      room -= Buffer.byteLength(text);
      if (room < 0) break;
      texts.push(text);
    }
    const left = all.length - texts.length;
    const more = left === 0 ? [] : [`_${left} more of ${all.length} do not fit in here._\n`];
    const head = all.length < 2 ? [] : [`## ${passed.length} of ${all.length} pass\n\n${overview}`];
    return limitBytes < RESERVE_BYTES ? [] : [...head, ...texts, ...more];
  }
}

const MARKS: Readonly<Record<Verdict, string>> = {
  pass: '✅ PASS',
  fail: '❌ FAIL',
  'harness-bound': '⚠️ NO VERDICT',
  error: '❌ ERROR',
};

/** A row for each, those that did not pass first. */
function overviewOf(sections: readonly Section[]): string {
  const rows = sections
    .slice(0, MOST_ROWS)
    .map(({ verdict, title, brief = '' }) => [MARKS[verdict], words(title), words(brief)]);
  return `${table(['', 'run', 'what came of it'], rows)}\n\n`;
}

/** What passed can be unfolded. */
function rendered({ title, verdict, body }: Section): string {
  const head = `${MARKS[verdict]} ${words(title)}`;
  if (verdict !== 'pass') return `### ${head}\n\n${body}\n\n`;
  return `### ${head}\n\n<details><summary>figures</summary>\n\n${body}\n\n</details>\n\n`;
}

function sectionOf(subject: Subject): Section {
  switch (subject.kind) {
    case 'run':
      return runSection(subject.result);
    case 'parity':
      return paritySection(subject.report);
    case 'comparison':
      return comparisonSection(subject.report);
    default:
      return repeatSection(subject.report);
  }
}
