// C0 and C1 controls, lone surrogates, what is invisible by default (zero-width characters, fillers,
// variation selectors, tags), bidirectional controls, separators of lines and paragraphs, marks of
// annotations: all that can move a terminal's cursor, reorder what is shown or hide.
const UNSAFE =
  /[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2028\u2029\ufff9-\ufffb]/gu;

/**
 * Makes text from outside (a name, a reason) safe to print: what could act on a terminal or deceive
 * a reader is shown as `\u{…}`, and more than `maxLength` characters are cut with an ellipsis.
 */
export function displaySafe(text: string, maxLength = 200): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
