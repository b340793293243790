import { hash } from 'node:crypto';
import type { Scenario } from '../scenario/scenario.ts';
import { readImageFiles, type UnownedImage } from './images.ts';

/** Many runs of one scenario are judged one after the other, and its pictures stay the same. */
const known = new WeakMap<Scenario, string>();

/**
 * A digest of all in a scenario that bears on what happens in a run, with defaults filled in: 64 lower-case
 * hexadecimal digits. Equal for files that are written otherwise and mean the same, wherever they lie; what
 * is expected, the name and the seed are not in it. Of pictures in a folder it holds the contents; they are
 * read unless they are given, as those of a plan. Throws the system's error when one cannot be read.
 */
export function scenarioDigest(scenario: Scenario, images?: readonly UnownedImage[]): string {
  const there = known.get(scenario);
  if (there !== undefined) return there;
  const { from } = scenario.images;
  const pictures = from === null ? null : (images ?? readImageFiles(scenario)(scenario.seed));
  const digest = hash('sha256', canonical(meaningOf(scenario, pictures)));
  known.set(scenario, digest);
  return digest;
}

function meaningOf(scenario: Scenario, pictures: readonly UnownedImage[] | null): object {
  const { timeoutUs, groups, topology, network, phases, faults } = scenario;
  const images = { ...scenario.images, from: undefined };
  const contents = pictures?.map(({ name, sizeBytes, sha256 }) => [name, sizeBytes, sha256]);
  return {
    timeoutUs,
    groups: groups.map((group) => ({ ...group, file: undefined })),
    topology,
    images: { ...images, contents },
    network,
    phases,
    faults: faults.map((fault) => ({ ...fault, text: undefined, line: undefined })),
  };
}

/** As JSON with its keys in order, so that it does not matter in which order a value was put together. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => {
    if (one === Infinity) return 'Infinity';
    if (one instanceof Map) return ['map', ...sorted([...one])];
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return one;
    return Object.fromEntries(sorted(Object.entries(one)));
  });
}

function sorted(entries: readonly [unknown, unknown][]): [unknown, unknown][] {
  return entries.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}
