import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { Result } from '../result/result.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { PageMark, PageSource } from './page-data.ts';

/** A longer text is cut: nobody writes one by hand. */
const MOST_CHARACTERS = 200_000;

/** A file that a scenario was read from. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/**
 * The texts that a scenario was read from, its own first, as they are now: to be read before the run, as
 * somebody may edit them meanwhile. One that cannot be read any more is left out.
 */
export function readSources({ file, groups, expect }: Scenario): SourceText[] {
  const others = [...groups, ...expect].flatMap((one) =>
    one.file === undefined ? [] : [one.file],
  );
  return [...new Set([file, ...others])].flatMap((path) => {
    try {
      return [{ path, text: cut(readFileSync(path, 'utf8')) }];
    } catch {
      return [];
    }
  });
}

/** The texts with what the expectations in them came to. */
export function markedSources(sources: readonly SourceText[], result: Result | null): PageSource[] {
  return sources.map(({ path, text }, i) => ({
    name: basename(path),
    text,
    marks: (result?.expectations ?? [])
      .filter(({ file }) => (file === null ? i === 0 : file === path))
      .map(({ line, holds, shown }): PageMark => ({ line, holds, shown })),
  }));
}

function cut(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS)}\n# … the page leaves the rest out\n`;
}
