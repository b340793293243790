import { statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { DEFAULT_LIMITS, nameProblem } from '@imagemesh/peer';
import type { KnownPeers } from './check-peers.ts';
import type { Draft } from './draft.ts';
import { listImages } from './images-folder.ts';
import { didYouMean, quoted } from './nearest.ts';
import { unknownPeer } from './peer-names.ts';

/** Checks `images` against the peers and against the folder on disk. */
export function checkImages(draft: Draft, { groups, total }: KnownPeers): void {
  const { copies, from } = draft.value.images ?? {};
  if (draft.given('images', 'copies') && draft.given('images', 'place')) {
    draft.report(['images', 'place'], '"copies" and "place" exclude each other', { atKey: true });
  }
  const wanted = copies !== undefined && 'count' in copies ? copies.count : undefined;
  if (
    draft.given('images', 'copies') &&
    wanted !== undefined &&
    total !== undefined &&
    wanted > total
  ) {
    draft.report(['images', 'copies'], `${wanted} copies need as many peers, there are ${total}`);
  }
  const names = from === undefined ? undefined : checkFolder(draft, from);
  checkPlace(draft, groups, names);
}

function checkFolder(draft: Draft, from: string): readonly string[] | undefined {
  const folder = resolve(dirname(draft.file), from);
  let names: readonly string[];
  try {
    names = listImages(folder);
  } catch (error) {
    draft.report(
      ['images', 'from'],
      `the images folder ${quoted(from)} cannot be read: ${reasonOf(error)}`,
    );
    return undefined;
  }
  if (names.length > 0) {
    for (const name of names) checkFile(draft, from, name);
    return names;
  }
  draft.report(['images', 'from'], `the images folder ${quoted(from)} holds no file`);
  return undefined;
}

/** What no peer serves or takes in would only look like a peer that denies what it owns. */
function checkFile(draft: Draft, from: string, name: string): void {
  const { size } = statSync(join(resolve(dirname(draft.file), from), name));
  const problem = nameProblem(name);
  const why =
    problem !== null
      ? `its name is refused by the protocol (${problem})`
      : size === 0
        ? 'it is empty'
        : size > DEFAULT_LIMITS.imageBytes
          ? `it is larger than ${DEFAULT_LIMITS.imageBytes / 2 ** 20} MiB`
          : null;
  if (why === null) return;
  draft.report(
    ['images', 'from'],
    `${quoted(from)} holds ${quoted(name)}, which no peer serves: ${why}`,
  );
}

function reasonOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no such folder';
  if (code === 'ENOTDIR') return 'it is a file';
  return code ?? String(error);
}

function checkPlace(
  draft: Draft,
  groups: KnownPeers['groups'],
  names: readonly string[] | undefined,
): void {
  const place = draft.value.images?.place;
  if (place === undefined) return;
  const known = names === undefined ? undefined : new Set(names);
  if (Object.keys(place).length === 0) draft.report(['images', 'place'], 'no image is placed');
  for (const [peer, images] of Object.entries(place)) {
    const path = ['images', 'place', peer];
    const problem = groups === undefined ? undefined : unknownPeer(peer, groups);
    if (problem !== undefined) draft.report(path, problem, { atKey: true });
    images?.forEach((image, index) => {
      if (image === undefined || known === undefined || known.has(image)) return;
      draft.report(
        [...path, index],
        `no image ${quoted(image)} in the folder${didYouMean(image, known)}`,
      );
    });
  }
}
