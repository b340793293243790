import { clip, safe } from './screen-text.ts';

/** Longer texts from outside are cut: a report has a limit, and nobody reads them. */
const MOST_COLUMNS = 300;

/** Text from outside as words of Markdown, in a table as well: nothing in it is a mark or a link. */
export function words(text: string): string {
  return clip(safe(text), MOST_COLUMNS)
    .replaceAll(/[\\`*_{}[\]<>#|~&@!:^]/g, String.raw`\$&`)
    .replaceAll(/www(?=\.)/gi, '$&\\')
    .replace(/^(\d+)(?=[.)](\s|$))/, '$1\\')
    .replace(/^(?=[-+=])/, '\\');
}

/** Text from outside as code, in a table as well; with a bar in it as words. */
export function code(text: string): string {
  const shown = clip(safe(text), MOST_COLUMNS).trim();
  // In a table a bar ends the cell, and what stands before one that is escaped can undo that.
  if (shown === '' || shown.includes('|')) return words(text);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = shown.startsWith('`') || shown.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${shown}${pad}${fence}`;
}

/** A table; cells are Markdown already. Numbers stand at the right from column `numbersFrom` on. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbersFrom: number = Infinity,
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i >= numbersFrom ? '---:' : '---'));
  return [head, rule, ...rows].map(line).join('\n');
}

/** Something to be pasted into a shell, as it is. */
export function codeBlock(lines: readonly string[]): string {
  const text = lines.map(safe).join('\n');
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
}
