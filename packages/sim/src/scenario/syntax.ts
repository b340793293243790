/**
 * What is wrong with the YAML of a file, in our words. The library names the rule of its grammar that was
 * broken, and the place where it noticed; people want to know what to type, and where.
 */
import { CST, Parser, type ErrorCode, type YAMLError } from 'yaml';
import { quoted } from './nearest.ts';

/** A mistake of syntax: one sentence, and where it stands in the text, from 0. */
export interface SyntaxMistake {
  readonly offset: number;
  readonly message: string;
}

/** As much of a mistake as the library gives. */
type Noticed = Pick<YAMLError, 'code' | 'message' | 'pos'>;

/** Says what a mistake is; null when another one at the same place says it better. */
type Explain = (text: string, noticed: Noticed) => SyntaxMistake | null;

/** Mistakes behind which the parser still knows where it is. */
const HARMLESS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...(['ALIAS_PROPS', 'BAD_ALIAS', 'BAD_COLLECTION_TYPE', 'BAD_DQ_ESCAPE'] as const),
  ...(['BAD_SCALAR_START', 'MULTIPLE_ANCHORS', 'MULTIPLE_TAGS', 'TAG_RESOLVE_FAILED'] as const),
]);

/**
 * Turns what the library noticed into mistakes for people, at most one a line. The first one that leads
 * the parser astray is the last: everything behind it would be a guess.
 */
export function explainSyntax(text: string, noticed: readonly Noticed[]): SyntaxMistake[] {
  const mistakes = new Map<number, SyntaxMistake>();
  const open = noticed.length === 0 ? null : firstUnclosed(text);
  for (const one of noticed.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const mistake = unclosed(text, open, one) ?? EXPLAIN[one.code](text, one);
    if (mistake === null) continue;
    const line = lineOf(text, mistake.offset);
    if (!mistakes.has(line)) mistakes.set(line, mistake);
    if (!HARMLESS.has(one.code)) break;
  }
  return [...mistakes.values()];
}

const EXPLAIN: Readonly<Record<ErrorCode, Explain>> = {
  ALIAS_PROPS: here('an alias has neither a tag nor an anchor of its own'),
  BAD_ALIAS: badAlias,
  BAD_COLLECTION_TYPE: badTag,
  BAD_DIRECTIVE: here('a line that begins with "%" is a directive of YAML, a scenario has none'),
  BAD_DQ_ESCAPE: (_text, { pos, message }) =>
    at(
      pos[0],
      `unknown escape${/ \\.*/.exec(message)?.[0] ?? ''} in a text, write \\\\ for a backslash`,
    ),
  BAD_INDENT: wrongColumn,
  BAD_PROP_ORDER: here('a tag or an anchor stands behind the "-" or ":", not before it'),
  BAD_SCALAR_START: (text, { pos }) =>
    at(pos[0], `a text that begins with ${quoted(text[pos[0]] ?? '')} must be in quotes`),
  BLOCK_AS_IMPLICIT_KEY: secondColon,
  BLOCK_IN_FLOW: here('a "," is missing here; within brackets one stands between two items'),
  DUPLICATE_KEY: here('this key is given twice'),
  IMPOSSIBLE: here('this cannot be read as YAML'),
  KEY_OVER_1024_CHARS: here('a key has 1024 characters at most'),
  MISSING_CHAR: missing,
  MULTILINE_IMPLICIT_KEY: noPair,
  MULTIPLE_ANCHORS: here('a value has one anchor at most'),
  MULTIPLE_DOCS: here('a second YAML document begins here, a scenario is one'),
  MULTIPLE_TAGS: here('a value has one tag at most'),
  NON_STRING_KEY: here('a key is a word'),
  RESOURCE_EXHAUSTION: here('this is nested too deep'),
  TAB_AS_INDENT: here('a tab stands here, YAML indents with spaces only'),
  TAG_RESOLVE_FAILED: badTag,
  UNEXPECTED_TOKEN: unexpected,
};

function here(message: string): Explain {
  return (_text, { pos }) => at(pos[0], message);
}

function at(offset: number, message: string): SyntaxMistake {
  return { offset, message };
}

/** The library points at the beginning of the line. */
function wrongColumn(text: string, { pos }: Noticed): SyntaxMistake {
  return at(skipSpaces(text, pos[0]), 'this stands in another column than what it belongs to');
}

function skipSpaces(text: string, offset: number): number {
  return offset + (/^ */.exec(text.slice(offset))?.[0].length ?? 0);
}

function badAlias(text: string, { pos, message }: Noticed): SyntaxMistake {
  if (message.includes('ambiguous')) return at(pos[0], 'a space is missing before the ":"');
  const mark = text[pos[0]] ?? '';
  const what = mark === '&' ? 'an anchor' : 'an alias';
  return at(pos[0], `${quoted(mark)} begins ${what} in YAML, put it in quotes: '${mark}'`);
}

function badTag(text: string, { pos }: Noticed): SyntaxMistake {
  const tag = /^![^\s,[\]{}]*/.exec(text.slice(pos[0]))?.[0] ?? '!';
  return at(pos[0], `a scenario has no tags such as ${quoted(tag)}; put a text with "!" in quotes`);
}

/** `a: b: c`, or a line that is indented under a key which has its value already. */
function secondColon(text: string, { pos }: Noticed): SyntaxMistake {
  const colon = /:(?=\s|$)/.exec(text.slice(pos[0]))?.index ?? 0;
  const value = text.slice(pos[0], pos[0] + colon);
  const lastLine = value.lastIndexOf('\n');
  if (lastLine === -1) return at(pos[0], 'a value with ": " in it must be in quotes');
  return at(
    skipSpaces(text, pos[0] + lastLine + 1),
    'this line is indented as if it belonged to the value above',
  );
}

/** What should be a key and a value is only one of them. */
function noPair(text: string, { pos }: Noticed): SyntaxMistake {
  const line = /^.*/.exec(text.slice(pos[0]))?.[0] ?? '';
  if (/^-(\s|$)/.test(line)) return at(pos[0], 'an item of a list, where no list can be');
  const tight = /^[\w$.-]+:(?=\S)/.exec(line)?.[0].length;
  if (tight !== undefined) return at(pos[0] + tight, 'a space is missing after the ":"');
  return at(pos[0], 'expected a key, a ":" with a space behind it, and a value');
}

function missing(text: string, noticed: Noticed): SyntaxMistake {
  const { pos, message } = noticed;
  if (message.startsWith('Missing closing')) return at(pos[0], 'a closing quote is missing');
  if (message.startsWith('Implicit map keys')) return noPair(text, noticed);
  if (message.startsWith('Sequence item without')) {
    return at(
      skipSpaces(text, pos[0]),
      'this stands neither in the column of the "-" of the list above nor in that of its keys',
    );
  }
  if (message.startsWith('Missing space')) return at(pos[0], 'a space is missing after the ":"');
  if (message.startsWith('Missing ,')) return at(pos[0], 'a "," is missing before this');
  if (message.startsWith('Comments must')) return at(pos[0], 'a space is missing before the "#"');
  if (message.startsWith('Tags and anchors')) return at(pos[0], 'a space is missing before this');
  return at(pos[0], 'a line with "---" is missing before this');
}

function unexpected(text: string, noticed: Noticed): SyntaxMistake | null {
  const { pos, message } = noticed;
  const line = text.slice(text.lastIndexOf('\n', pos[0] - 1) + 1, pos[0] + 1);
  if (message.startsWith('Unexpected ,') || message.includes('empty item'))
    return at(pos[0], 'a "," too many');
  if (message.includes('-end token'))
    return at(pos[0], `this ${quoted(text[pos[0]] ?? '')} closes nothing`);
  if (message.includes('block-seq-ind on same line'))
    return at(pos[0], 'a list begins on a line of its own, or is written [a, b]');
  const folded = /(?:^|\s)([|>])[^|>]*$/.exec(line);
  const isFolded = message.startsWith('Block scalar header') || message.startsWith('Not a YAML');
  if (isFolded && folded !== null) {
    const offset = pos[0] + 1 - (line.length - line.lastIndexOf(folded[1] ?? ''));
    return at(offset, `a text that begins with ${quoted(folded[1] ?? '')} must be in quotes`);
  }
  if (message.endsWith('at node end') && line.trim().length === 1)
    return wrongColumn(text, noticed);
  if (message.endsWith('at node end'))
    return at(pos[0], 'the value ends before this; put the whole of it in quotes');
  return at(pos[0], 'this cannot stand here');
}

/** A bracket or quote that is opened and not closed. */
interface Opened {
  readonly offset: number;
  readonly mark: string;
  readonly closing: string;
}

/** The library notices a missing bracket or quote where something else begins, often many lines below. */
function unclosed(text: string, open: Opened | null, { code, pos }: Noticed): SyntaxMistake | null {
  if (open === null || pos[0] < open.offset || HARMLESS.has(code)) return null;
  const { offset, mark, closing } = open;
  if (mark === closing) return at(offset, `a closing ${mark} is missing for this one`);
  const isEnd = text.slice(pos[0]).trim() === '';
  const line = lineOf(text, pos[0]);
  const other = isEnd ? '' : `, or line ${line} stands too far to the left`;
  return at(offset, `a ${quoted(closing)} is missing for this ${quoted(mark)}${other}`);
}

/** The first one, and of several that end at the same place the innermost. */
function firstUnclosed(text: string): Opened | null {
  let found: Opened | null = null;
  for (const token of new Parser().parse(text)) {
    if (token.type !== 'document') continue;
    CST.visit(token, ({ key, value }) => {
      for (const part of [key, value]) {
        if (part) found = unclosedToken(part, found) ?? found;
      }
    });
  }
  return found;
}

function unclosedToken(token: CST.Token, earlier: Opened | null): Opened | null {
  if (token.type === 'flow-collection' && token.end.length === 0) {
    const mark = token.start.source;
    // The outer one of two is closed by the bracket that the inner one lacks.
    const isInner = earlier !== null && earlier.mark !== earlier.closing;
    if (earlier !== null && !isInner) return null;
    return { offset: token.offset, mark, closing: mark === '{' ? '}' : ']' };
  }
  const isText = token.type === 'single-quoted-scalar' || token.type === 'double-quoted-scalar';
  if (earlier !== null || !isText) return null;
  const mark = token.type === 'double-quoted-scalar' ? '"' : "'";
  const isClosed = token.source.length > 1 && token.source.endsWith(mark);
  return isClosed ? null : { offset: token.offset, mark, closing: mark };
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let from = text.indexOf('\n'); from !== -1 && from < offset;) {
    line++;
    from = text.indexOf('\n', from + 1);
  }
  return line;
}
