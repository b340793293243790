import { isList, isSection, partsOf, withPart, type Document, type Path } from './document.ts';
import { smallerNumbers } from './simpler-values.ts';

/** The group that a scenario without groups has. */
const DEFAULT_GROUP = 'peer';

/**
 * The document with fewer peers in each group. What names a peer that is gone names the last one that is
 * left: a fault at `peer-6` would otherwise hold six peers in the scenario.
 */
export function* fewerPeers(document: Document): Generator<Document> {
  for (const { group, path, count } of groupsOf(document)) {
    for (const fewer of smallerNumbers(count)) {
      if (fewer >= 1) yield renamed(withPart(document, path, fewer) as Document, group, fewer);
    }
  }
}

type Counted = { readonly group: string; readonly path: Path; readonly count: number };

function* groupsOf({ peers }: Document): Generator<Counted> {
  if (!isSection(peers)) return;
  if (typeof peers['count'] === 'number') {
    yield { group: DEFAULT_GROUP, path: ['peers', 'count'], count: peers['count'] };
  }
  if (!isList(peers['groups'])) return;
  for (const [index, each] of peers['groups'].entries()) {
    if (!isSection(each) || typeof each['name'] !== 'string' || typeof each['count'] !== 'number')
      continue;
    yield { group: each['name'], path: ['peers', 'groups', index, 'count'], count: each['count'] };
  }
}

function renamed(document: Document, group: string, last: number): Document {
  let result = document;
  for (const [path, part] of partsOf(document)) {
    if (typeof part !== 'string' || path[0] === 'description' || path[0] === 'name') continue;
    const text = part.replace(/[\w-]+/g, (word) => nameLeft(word, group, last));
    if (text !== part) result = withPart(result, path, text) as Document;
  }
  return result;
}

function nameLeft(word: string, group: string, last: number): string {
  const digits = word.startsWith(`${group}-`) ? word.slice(group.length + 1) : '';
  return /^\d+$/.test(digits) && Number(digits) > last ? `${group}-${last}` : word;
}
