import { ScenarioFolder } from './folder.ts';

/** A good scenario whose sections a test replaces; each takes one line, in this order. */
const GOOD = {
  peers: 'peers: { groups: [{ name: seeder, count: 2 }, { name: leech, count: 3 }] }',
  images: 'images: { from: ../images }',
  phases: 'phases: [{ name: rest, for: 1s }]',
  name: 'name: good',
};

/** `column message` of every mistake when one section of a good scenario is replaced. */
export function mistakesWith(
  folder: ScenarioFolder,
  section: keyof typeof GOOD,
  line: string,
): string[] {
  const number = Object.keys(GOOD).indexOf(section) + 1;
  const found = folder.mistakes(Object.values({ ...GOOD, [section]: line }).join('\n'));
  return found.map((each) => each.replace(new RegExp(`^${number}:`), ''));
}
