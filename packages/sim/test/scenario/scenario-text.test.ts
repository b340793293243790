import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readScenarioText } from '../../src/scenario/scenario-text.ts';
import { ScenarioFolder } from './folder.ts';

const { root } = new ScenarioFolder();
for (const name of ['mesh-10.yaml', 'mesh-100k.yaml', 'ring-5.yml', 'notes.md']) {
  writeFileSync(join(root, 'scenarios', name), 'name: a\n');
}
mkdirSync(join(root, 'other'));
writeFileSync(join(root, 'other', 'churn.yaml'), 'name: b\n');

test.each([
  ['scenarios/mesh10.yaml', 'scenarios/mesh-10.yaml'],
  ['scenarios/mesh-10.yml', 'scenarios/mesh-10.yaml'],
  ['scenarios/mesh-10', 'scenarios/mesh-10.yaml'],
  ['scenarios/mesh', 'scenarios/mesh-10.yaml'],
  ['scenarios/ring5.yaml', 'scenarios/ring-5.yml'],
  ['mesh-10.yaml', 'scenarios/mesh-10.yaml'],
  ['scenaros/mesh-10.yaml', 'scenarios/mesh-10.yaml'],
  ['othr/chrun.yaml', 'other/churn.yaml'],
  ['scenarios/mesh-10.yaml/x.yaml', undefined],
  ['scenarios/quite-another.yaml', undefined],
  ['scenarios/notes', undefined],
])('instead of %s, %s is offered', (written, near) => {
  const hint = near === undefined ? '' : `, did you mean "${near}"?`;
  expect(readScenarioText(join(root, written), root)).toEqual({
    ok: false,
    problem: `the file cannot be read: there is no such file${hint}`,
  });
});

test('a file that is there is read, without a byte order mark', () => {
  const file = join(root, 'scenarios', 'marked.yaml');
  writeFileSync(file, '\uFEFFname: a\n');
  expect(readScenarioText(file, root)).toEqual({ ok: true, value: 'name: a\n' });
});
