import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DEFAULT_LIMITS, nameProblem } from '@imagemesh/peer';
import { SMALLEST_PICTURE_BYTES } from '../picture/picture.ts';
import { checkDistribution, quantitiesOf } from './check-distribution.ts';
import { checkGroupNames } from './check-groups.ts';
import type { KnownPeers } from './check-peers.ts';
import type { Draft } from './draft.ts';
import { generatedNames } from './generated-images.ts';
import { listImages } from './images-folder.ts';
import { didYouMean, orList, quoted } from './nearest.ts';
import { unknownPeer } from './peer-names.ts';
import { pictureProblem } from './picture-problem.ts';
import type { Sparse, VersionSection } from './scenario-file.ts';
import type { Path } from './tolerant.ts';
import { formatQuantity } from './units.ts';
import { hasVersions } from './versioned-name.ts';

/** Names that a scenario can use, and how to go on after "no image x". */
interface KnownImages {
  readonly names: ReadonlySet<string>;
  readonly hint: (name: string) => string;
}

/** An image of `place`, as far as it could be read. */
type PlacedDraft = string | Sparse<VersionSection> | undefined;

/** Checks `images` against the peers and against the folder on disk. */
export function checkImages(draft: Draft, peers: KnownPeers): void {
  excludes(draft, 'from', 'generate');
  excludes(draft, 'copies', 'place');
  excludes(draft, 'owners', 'place');
  excludes(draft, 'differing', 'place');
  const owners = checkOwners(draft, peers);
  checkCopies(draft, peers, owners);
  const known = draft.given('images', 'generate') ? checkGenerate(draft) : checkFrom(draft);
  checkDiffering(draft, owners, known);
  checkPlace(draft, peers, known);
}

function excludes(draft: Draft, one: string, other: string): void {
  if (!draft.given('images', one) || !draft.given('images', other)) return;
  draft.report(['images', other], `"${one}" and "${other}" exclude each other`, { atKey: true });
}

/** Gives how many peers can own images; undefined when that is not known. */
function checkOwners(draft: Draft, { groups, groupNames, total }: KnownPeers): number | undefined {
  const owners = draft.value.images?.owners;
  const path = ['images', 'owners'];
  if (Array.isArray(owners) && owners.length === 0) {
    draft.report(path, 'nobody owns an image, name a group or leave it out');
  }
  const found = checkGroupNames(draft, path, owners, groupNames);
  if (found === undefined) return total;
  const named = groups?.filter((group) => found.some(({ name }) => name === group.name));
  return named?.reduce((sum, { count }) => sum + count, 0);
}

function checkCopies(draft: Draft, { total }: KnownPeers, owners: number | undefined): void {
  const copies = draft.value.images?.copies;
  if (copies === undefined || !draft.given('images', 'copies')) return;
  const path = ['images', 'copies', ...('mean' in copies ? ['mean'] : [])];
  const amount = 'mean' in copies ? copies.mean : copies;
  const wanted = amount !== undefined && 'count' in amount ? amount.count : undefined;
  if (wanted === undefined || owners === undefined || owners === 0 || wanted <= owners) return;
  const whose = owners === total ? '' : ' that can own images';
  draft.report(path, `${wanted} copies need as many peers${whose}, there are ${owners}`);
}

/** Only two owners can hold different pictures, and not more images can differ than there are. */
function checkDiffering(
  draft: Draft,
  owners: number | undefined,
  known: KnownImages | undefined,
): void {
  const { differing, copies, generate } = draft.value.images ?? {};
  if (differing === undefined || !draft.given('images', 'differing')) return;
  const path = ['images', 'differing'];
  const count = draft.given('images', 'generate') ? generate?.count : known?.names.size;
  const wanted = 'count' in differing ? (differing.count ?? 0) : 0;
  if (count !== undefined && wanted > count) {
    draft.report(path, `${wanted} images cannot differ, there are ${count}`);
  }
  if (owners !== undefined && owners < 2) {
    return draft.report(path, `images differ between two owners or more, ${owners} can own any`);
  }
  if (mostCopies(copies, owners) === 1) {
    draft.report(path, 'images differ between two owners or more, and there is one copy of each');
  }
}

/** How many copies of an image there can be; undefined when that is not known. */
function mostCopies(
  copies: NonNullable<Draft['value']['images']>['copies'],
  owners: number | undefined,
): number | undefined {
  if (copies === undefined) return undefined;
  const amount = 'mean' in copies ? copies.mean : copies;
  if (amount === undefined || 'mean' in amount) return undefined;
  if ('count' in amount) return amount.count;
  const share = 'share' in amount ? amount.share : undefined;
  if (share === undefined || owners === undefined) return undefined;
  return Math.max(1, Math.round(share * owners));
}

function checkGenerate(draft: Draft): KnownImages | undefined {
  const { count, kind, size } = draft.value.images?.generate ?? {};
  const path = ['images', 'generate', 'size'];
  checkDistribution(draft, path, size);
  for (const { path: place, value } of quantitiesOf(path, size)) {
    if (value >= SMALLEST_PICTURE_BYTES) continue;
    const least = formatQuantity('bytes', SMALLEST_PICTURE_BYTES);
    draft.report(
      place,
      `${formatQuantity('bytes', value)} is below ${least}, the smallest picture`,
    );
  }
  // The names of a hundred thousand are made only where somebody may name one.
  if (!draft.given('images', 'place') || count === undefined || kind === undefined)
    return undefined;
  const names = generatedNames({ count, kind }).map(({ name }) => name);
  const range = `they are called ${names[0]} to ${names.at(-1)}`;
  return { names: new Set(names), hint: () => ` among the generated ones, ${range}` };
}

function checkFrom(draft: Draft): KnownImages | undefined {
  const from = draft.value.images?.from;
  const names = from === undefined ? undefined : checkFolder(draft, from);
  if (names === undefined) return undefined;
  return {
    names: new Set(names),
    hint: (name) => ` in the folder${didYouMean(name, names)}`,
  };
}

function checkFolder(draft: Draft, from: string): readonly string[] | undefined {
  const folder = resolve(draft.folderOf('images', 'from'), from);
  let names: readonly string[];
  try {
    names = listImages(folder);
  } catch (error) {
    // Who has named no folder does not know of this one.
    const hint = draft.given('images', 'from')
      ? ''
      : '; it is the default, so name another as images.from or write images: { generate: { count: 20 } }';
    draft.report(
      ['images', 'from'],
      `the images folder ${quoted(from)} cannot be read: ${reasonOf(error)}${hint}`,
    );
    return undefined;
  }
  if (names.length > 0) {
    for (const name of names) checkFile(draft, from, name);
    checkSpellings(draft, from, names);
    return names;
  }
  draft.report(['images', 'from'], `the images folder ${quoted(from)} holds no file`);
  return undefined;
}

/** To peers a name is the same however its accents are encoded; a file system keeps both. */
function checkSpellings(draft: Draft, from: string, names: readonly string[]): void {
  const spelt = new Set<string>();
  for (const name of names) {
    const composed = name.normalize('NFC');
    if (spelt.has(composed)) {
      const both = `${quoted(from)} holds ${quoted(composed)} in two Unicode spellings`;
      draft.report(['images', 'from'], `${both}, which to peers are one name; rename one of them`);
    }
    spelt.add(composed);
  }
}

/** What no peer serves or takes in would only look like a peer that denies what it owns. */
function checkFile(draft: Draft, from: string, name: string): void {
  const why = whyUseless(join(resolve(draft.folderOf('images', 'from'), from), name), name);
  if (why === null) return;
  draft.report(['images', 'from'], `${quoted(from)} holds ${quoted(name)}, which no peer ${why}`);
}

function whyUseless(file: string, name: string): string | null {
  const { size, mtimeMs } = statSync(file);
  const problem = nameProblem(name);
  if (problem !== null) return `serves: its name is refused by the protocol (${problem})`;
  if (size === 0) return 'serves: it is empty';
  const most = DEFAULT_LIMITS.imageBytes;
  if (size > most) return `serves: it is larger than ${most / 2 ** 20} MiB`;
  try {
    const why = pictureProblem(file, `${size} ${mtimeMs}`);
    return why === null ? null : `takes in: ${why}`;
  } catch (error) {
    return `serves: it cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such folder';
  if (code === 'ENOTDIR') return 'it is a file';
  return code ?? String(error);
}

function checkPlace(draft: Draft, peers: KnownPeers, known: KnownImages | undefined): void {
  const place = draft.value.images?.place;
  if (place === undefined) return;
  if (Object.keys(place).length === 0) draft.report(['images', 'place'], 'no image is placed');
  for (const [owner, images] of Object.entries(place)) {
    const path = ['images', 'place', owner];
    const problem = unknownOwner(owner, peers);
    if (problem !== undefined) draft.report(path, problem, { atKey: true });
    if (!Array.isArray(images)) continue;
    if (known !== undefined) checkNames(draft, path, images, known);
    checkVersions(draft, path, images);
  }
}

function unknownOwner(owner: string, { groups, groupNames }: KnownPeers): string | undefined {
  if (groups === undefined || groupNames.includes(owner)) return undefined;
  // What does not look like the name of a peer was to be a group.
  if (/-\d+$/.test(owner)) return unknownPeer(owner, groups);
  const expected = `expected ${orList(groupNames)}, or a peer such as ${groupNames[0]}-1`;
  return `unknown group ${quoted(owner)}${didYouMean(owner, groupNames) || `, ${expected}`}`;
}

function checkNames(
  draft: Draft,
  path: Path,
  images: readonly PlacedDraft[],
  { names, hint }: KnownImages,
): void {
  images.forEach((one, index) => {
    const image = nameOf(one);
    if (image === undefined || names.has(image)) return;
    const place = typeof one === 'string' ? [...path, index] : [...path, index, 'image'];
    draft.report(place, `no image ${quoted(image)}${hint(image)}`);
  });
}

/** Under one name a peer has one picture. */
function checkVersions(draft: Draft, path: Path, images: readonly PlacedDraft[]): void {
  const versions = new Map<string, number>();
  images.forEach((one, index) => {
    const image = nameOf(one);
    const version = typeof one === 'object' ? one.version : 1;
    if (image === undefined || version === undefined) return;
    if (version > 1 && !hasVersions(image)) {
      const why = 'another version can only be made of a PNG or a JPEG';
      draft.report([...path, index, 'version'], `${quoted(image)} has one version: ${why}`);
    }
    const before = versions.get(image);
    versions.set(image, before ?? version);
    if (before === undefined || before === version) return;
    const both = `version ${before} and version ${version}`;
    draft.report([...path, index], `nobody has both ${both} of ${quoted(image)}`);
  });
}

function nameOf(one: PlacedDraft): string | undefined {
  return typeof one === 'object' ? one.image : one;
}
