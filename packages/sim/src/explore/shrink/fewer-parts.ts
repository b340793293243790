import { isList, isSection, partsOf, withPart, type Document } from './document.ts';

/** What says which scenario it is, not what happens in it. */
const KEPT: ReadonlySet<string> = new Set(['name', 'description', 'seed']);

/**
 * The document without runs of list entries, long runs first (the cuts of delta debugging; Zeller and
 * Hildebrandt, 2002), and without each of its keys.
 */
export function* fewerParts(document: Document): Generator<Document> {
  for (const [path, part] of partsOf(document)) {
    if (isList(part)) {
      for (const cut of cutsOf(part)) yield withPart(document, path, cut) as Document;
    } else if (isSection(part)) {
      for (const key of Object.keys(part)) {
        if (path.length > 0 || !KEPT.has(key)) {
          yield withPart(document, [...path, key], undefined) as Document;
        }
      }
    }
  }
}

function* cutsOf<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let length = list.length; length >= 1; length = Math.floor(length / 2)) {
    for (let start = 0; start < list.length; start += length) yield list.toSpliced(start, length);
  }
}
