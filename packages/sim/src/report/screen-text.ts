import { styleText } from 'node:util';
import { displaySafe } from '@imagemesh/peer';
import { columnsOfCharacter } from '../scenario/character-columns.ts';

/** A colour or weight, or several, as `styleText` names them. */
export type Style = Parameters<typeof styleText>[0];

/** Applies a style to text, or leaves it as it is. */
export type Paint = (style: Style, text: string) => string;

/** Paints when `color` is true. The caller has looked at its stream; styleText would ask stdout. */
export function painter(color: boolean): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}

/** Text from outside at full length, without anything that could act on a terminal. */
export function safe(text: string): string {
  return displaySafe(text, Infinity);
}

/** Columns that safe, unpainted text takes on a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

/** The beginning of safe, unpainted text that fits, with `…` for what is left out. */
export function clip(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  return width < 1 ? '' : `${text.slice(0, lengthWithin(text, width - 1))}…`;
}

/** UTF-16 units at the beginning of a text that fit into so many columns. */
function lengthWithin(text: string, width: number): number {
  let length = 0;
  let columns = 0;
  for (const character of text) {
    columns += columnsOfCharacter(character);
    if (columns > width) break;
    length += character.length;
  }
  return length;
}

/**
 * Safe, unpainted text as lines of at most `width` columns, broken between words where possible.
 * Lines after the first start with `indent` spaces. Given as a list, its parts are the words.
 */
export function wrap(text: string | readonly string[], width: number, indent = 0): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of typeof text === 'string' ? text.split(/ +/) : text) {
    const longer = line.trim() === '' ? line + word : `${line} ${word}`;
    if (columnsOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line.trim() !== '') {
      lines.push(line);
      line = ' '.repeat(indent);
    }
    line = breakWord(line + word, width, indent, lines);
  }
  return line.trim() === '' ? lines : [...lines, line];
}

/**
 * A safe, unpainted sentence as it is printed on a terminal of so many columns, never broken within a word
 * that fits a line: lines after the first stand two columns further in. Null, for a file or a pipe: as it is.
 */
export function sentenceLines(text: string, columns: number | null): string {
  if (columns === null) return text;
  const lines = text.split('\n').map((line) => {
    const lead = line.slice(0, line.length - line.trimStart().length);
    const wrapped = wrap(line.trimStart(), columns - lead.length, 2);
    return wrapped.map((each) => lead + each).join('\n');
  });
  return lines.join('\n');
}

/** Puts what fills whole lines into `lines` and returns the rest. */
function breakWord(text: string, width: number, indent: number, lines: string[]): string {
  let rest = text;
  while (columnsOf(rest) > width) {
    const length = Math.max(indent + 1, lengthWithin(rest, width));
    lines.push(rest.slice(0, length));
    rest = ' '.repeat(indent) + rest.slice(length);
  }
  return rest;
}
