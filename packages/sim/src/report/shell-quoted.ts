import { safe } from './screen-text.ts';

/** One word for a shell. With control characters `$'…'`, which shows what they are and works in bash and zsh. */
export function shellQuoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (safe(word) === word) return `'${word.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = Array.from(word.replaceAll(/[\\']/g, String.raw`\$&`), (character) =>
    safe(character) === character ? character : unicodeEscape(character),
  );
  return `$'${escaped.join('')}'`;
}

function unicodeEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}
