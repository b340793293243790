import type { Result } from '../result/result.ts';
import { encodePage, type PageFacts } from './encoding.ts';
import { renderPage } from './html.ts';
import type { PageRecorder } from './recorder.ts';
import { tellingSentences } from '../report/telling-text.ts';
import { repeatCommand } from '../report/verdict-line.ts';
import type { PageResult } from './page-data.ts';
import { markedSources, type SourceText } from './sources.ts';

/** What was known when the page was made, beside what was recorded. */
export interface PageOrigin {
  readonly runner: string | null;
  /** Null: nobody judged. */
  readonly result: Result | null;
  readonly sources: readonly SourceText[];
  /** What the page must say of itself, a sentence each. */
  readonly notes?: readonly string[];
}

/** A run as one HTML file that needs nothing else. */
export async function makePage(recorder: PageRecorder, origin: PageOrigin): Promise<string> {
  const data = encodePage(recorder, factsOf(origin));
  const { scenario } = recorder.names;
  return await renderPage({ title: `${titleOf(origin.result)}${scenario}`, data });
}

/** The same as the encoding wants it. */
export function factsOf({ runner, result, sources, notes }: PageOrigin): PageFacts {
  return {
    runner,
    result: result === null ? null : withoutLists(result),
    sources: markedSources(sources, result),
    ...(notes && { notes }),
  };
}

function titleOf(result: Result | null): string {
  return result === null ? '' : `${result.verdict}: `;
}

/** The tables of the page have them. */
function withoutLists(result: Result): PageResult {
  const { perPeer: _, series: __, groups: ___, ...rest } = result;
  const telling = tellingSentences(result);
  return { ...rest, telling, repeat: result.verdict === 'pass' ? null : repeatCommand(result) };
}
