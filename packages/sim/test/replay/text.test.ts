import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { imageName } from '../../src/plan/plan.ts';
import { imageNameOf } from '../../src/replay/names.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { planOf } from '../plans.ts';
import { recordRun, shown, writeJournal } from './journals.ts';

const folder = temporaryFolder();
const file = writeJournal(folder);

test('every kind of event has its words', async () => {
  const { out, notes } = await shown(file, { withAlarms: true });
  expect(notes).toEqual([]);
  expect(out).toMatchSnapshot();
});

test('alarms are left out unless they are wanted', async () => {
  const all = await shown(file, { withAlarms: true });
  const { out } = await shown(file);
  expect(all.out).toContain('alarm');
  expect(out).not.toContain('alarm');
});

test('colours change nothing but the colours', async () => {
  const { out } = await shown(file, { color: true });
  expect(out).toContain('\u001b[');
  expect(stripVTControlCharacters(out)).toBe((await shown(file)).out);
});

test('nothing that acts on a terminal comes through', async () => {
  const { out } = await shown(file);
  expect(out).not.toContain('\u202e');
  expect(out).toContain('REQ: dog\\u{202e}.png');
});

test('a recorded run reads as the wire went', async () => {
  const { file } = await recordRun(folder);
  const { out } = await shown(file, { request: 0 });
  // Only the words: times belong to the world, not to what shows them.
  const words = out.split('\n').map((line) => line.slice(22));
  expect(words.join('\n')).toMatchSnapshot();
});

test('names nobody has are called as in the plan', () => {
  const plan = planOf({ images: [{ name: 'cat.png' }] });
  const head = {
    ...plan,
    images: plan.images.map(({ name, sizeBytes, sha256 }) => ({ name, sizeBytes, sha256 })),
    phases: [],
    peers: [],
    scenario: '',
    imagesFrom: null,
    faults: [],
  };
  for (const image of [0, -1, -7]) expect(imageNameOf(head, image)).toBe(imageName(plan, image));
});
