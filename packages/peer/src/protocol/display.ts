// C0 and C1 controls, DEL, bidirectional controls, zero-width characters, line and paragraph
// separators, tags, variation fillers and lone surrogates: all that can move a terminal's cursor,
// reorder what is shown or hide.
const UNSAFE =
  // oxlint-disable-next-line no-control-regex, no-misleading-character-class -- finding these is the purpose
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|\p{Surrogate}/gu;

/**
 * Makes text from outside (a name, a reason) safe to print: what could act on a terminal or deceive
 * a reader is shown as `\u{…}`, and more than `maxLength` characters are cut with an ellipsis.
 */
export function displaySafe(text: string, maxLength = 200): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
