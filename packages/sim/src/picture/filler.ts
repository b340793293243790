const PHRASE = 'made by imagemesh ';

/** A text of exactly this length in ASCII, to fill up a comment. */
export function fillerText(length: number): string {
  return PHRASE.repeat(Math.ceil(length / PHRASE.length)).slice(0, length);
}
