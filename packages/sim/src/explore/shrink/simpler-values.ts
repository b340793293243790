import { partsOf, withPart, type Document, type Value } from './document.ts';

/** Another seed is another run; a changed expectation or time-out would fail for a reason of its own. */
const KEPT: ReadonlySet<string> = new Set(['name', 'description', 'seed', 'expect', 'timeout']);

/** The document with one number, or one quantity such as `1.7s`, `40/s` or `35%`, smaller or rounder. */
export function* simplerValues(document: Document): Generator<Document> {
  for (const [path, part] of partsOf(document)) {
    if (KEPT.has(String(path[0]))) continue;
    for (const simpler of simplerOf(part)) yield withPart(document, path, simpler) as Document;
  }
}

/** From here on less by one is no step worth a run. */
const MOST_ONE_LESS = 16;

/** What may stand for a number: 0, 1, half of it, one less or rounder, as far as they are smaller and whole. */
export function smallerNumbers(value: number): readonly number[] {
  const oneLess = value <= MOST_ONE_LESS ? Math.ceil(value) - 1 : rounder(value);
  const all = [0, 1, Math.floor(value / 2), oneLess];
  return [...new Set(all)].filter((each) => each >= 0 && each < value);
}

/** The first digit and noughts: 3524 is 3000; of 3000, 2900. */
function rounder(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value));
  const round = Math.floor(value / unit) * unit;
  return round < value ? round : Math.floor(value - unit / 10);
}

/** `1.7s`, `40/s`; `trouble+350ms`; `any 3 of peer`. */
const QUANTITIES = [
  /^()(\d+(?:\.\d+)?)([a-zA-Zµ%/]+)$/,
  /^(.*\+\s*)(\d+(?:\.\d+)?)([a-zµ]+)$/,
  /^(any )(\d+)( of .*)$/,
];

function simplerOf(part: Value): readonly Value[] {
  if (typeof part === 'number') return smallerNumbers(part);
  if (typeof part !== 'string') return [];
  for (const pattern of QUANTITIES) {
    const [, before, number, after] = pattern.exec(part) ?? [];
    if (number === undefined) continue;
    return smallerNumbers(Number(number)).map((each) => `${before!}${each}${after!}`);
  }
  return [];
}
