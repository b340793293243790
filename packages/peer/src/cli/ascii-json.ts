/**
 * JSON in which nothing can act on a terminal: all but printable ASCII is written as `\uXXXX`. JSON itself
 * would leave U+009B, which begins an escape sequence, and U+202E, which turns the line around.
 * @param indent spaces of indentation; none: all on one line
 */
export function asciiJson(value: unknown, indent: number = 0): string {
  return JSON.stringify(value, null, indent).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
