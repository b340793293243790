/** A word at the beginning of a row of a table, with what parts it from the next column. */
const FIRST_COLUMN = /^\S+(?: \S+)* {2,}/;

/**
 * Safe text for a terminal of so many columns, which would break its lines within words. A word that is longer than a
 * line is left to the terminal: a path stays one that can be copied. In a row of two columns the second keeps its place.
 */
export function wrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (columnsOf(line) <= columns ? line : wrappedLine(line, columns)))
    .join('\n');
}

function wrappedLine(line: string, columns: number): string {
  const head = FIRST_COLUMN.exec(line)?.[0] ?? '';
  const indent = head.length <= columns / 2 ? ' '.repeat(head.length) : '';
  const [first = '', ...words] = line.slice(head.length).split(' ');
  let text = head + first;
  let used = columnsOf(text);
  for (const word of words) {
    const wanted = 1 + columnsOf(word);
    const fits = used + wanted <= columns;
    text += fits ? ` ${word}` : `\n${indent}${word}`;
    used = fits ? used + wanted : indent.length + wanted - 1;
  }
  return text;
}

/** Not less than it takes: what is not Latin may take two columns. */
function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += character < '\u0300' ? 1 : 2;
  return columns;
}
