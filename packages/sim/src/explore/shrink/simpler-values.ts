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

/** What may stand for a number: 0, 1, half of it and one less, as far as they are smaller and whole. */
export function smallerNumbers(value: number): readonly number[] {
  const all = [0, 1, Math.floor(value / 2), Math.ceil(value) - 1];
  return [...new Set(all)].filter((each) => each >= 0 && each < value);
}

function simplerOf(part: Value): readonly Value[] {
  if (typeof part === 'number') return smallerNumbers(part);
  const quantity = typeof part === 'string' ? /^(\d+(?:\.\d+)?)([a-zA-Zµ%/]+)$/.exec(part) : null;
  if (quantity === null) return [];
  return smallerNumbers(Number(quantity[1])).map((each) => `${each}${quantity[2]!}`);
}
