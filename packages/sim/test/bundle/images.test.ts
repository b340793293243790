import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MOST_IMAGE_BYTES, takeImages } from '../../src/bundle/images.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { LabFolder } from '../lab.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const lab = new LabFolder(temporaryFolder());
const scenario = loadScenario(lab.write());
const plan = makePlan(scenario, 1);

test('few pictures are copied', () => {
  const folder = temporaryFolder();
  expect(takeImages(plan, folder)).toBeNull();
  expect(readdirSync(join(folder, 'images')).sort()).toEqual(['cat.png', 'dog.png', 'elk.png']);
});

test('pictures of more bytes than the bound stay where they are', () => {
  const folder = temporaryFolder();
  const images = plan.images.map((image) => ({ ...image, sizeBytes: MOST_IMAGE_BYTES / 2 }));
  const left = { folder: join(lab.root, 'images'), bytes: MOST_IMAGE_BYTES * 1.5 };
  expect(takeImages({ ...plan, images }, folder)).toEqual(left);
  expect(readdirSync(folder)).toEqual([]);
});
