// Marks that are drawn over the character before, and characters that take two columns: East Asian
// ones and emoji. Blocks rather than the Unicode tables; a block too many only clips a bit early.
const NO_COLUMN = /^[\p{Mn}\p{Me}]$/u;
const TWO_COLUMNS =
  /^(?:[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{16fe0}-\u{18fff}\u{1aff0}-\u{1b2ff}\u{1f000}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation})$/u;

/** Columns of a terminal that one visible character, a whole code point, takes: 0, 1 or 2. */
export function columnsOfCharacter(character: string): number {
  if (character < '\u0300') return 1;
  if (NO_COLUMN.test(character)) return 0;
  return TWO_COLUMNS.test(character) ? 2 : 1;
}
