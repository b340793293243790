import { styleText } from 'node:util';
import { displaySafe } from '@imagemesh/peer';

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

// Marks that are drawn over the character before, and characters that take two columns: East Asian
// ones and emoji. Blocks rather than the Unicode tables; a block too many only clips a bit early.
const NO_COLUMN = /^[\p{Mn}\p{Me}]$/u;
const TWO_COLUMNS =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{16fe0}-\u{18fff}\u{1aff0}-\u{1b2ff}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})$/u;

/** Columns that safe, unpainted text takes on a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

function columnsOfCharacter(character: string): number {
  if (character < '\u0300') return 1;
  if (NO_COLUMN.test(character)) return 0;
  return TWO_COLUMNS.test(character) ? 2 : 1;
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
