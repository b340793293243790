import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makePicture } from '../../src/picture/picture.ts';
import { generatedNames } from '../../src/scenario/generated-images.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import type { Images, PlacedImage } from '../../src/scenario/scenario.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { ScenarioFolder } from './folder.ts';
import { mistakesWith } from './sections.ts';

const folder = new ScenarioFolder();
mkdirSync(join(folder.root, 'images', 'folder.png'));

const elsewhere = temporaryFolder();

const KIB = 1_024;

describe('images', () => {
  test.each<[images: string, read: Partial<Images>]>([
    ['{}', { from: join(folder.root, 'images'), copies: { count: 2 } }],
    ['{ copies: 40%, owners: seeder }', { copies: { share: 0.4 }, owners: ['seeder'] }],
    ['{ owners: [leech, seeder, leech] }', { owners: ['leech', 'seeder'] }],
    ['{ owners: [leech, all] }', { owners: null }],
    [
      '{ copies: { mean: 3, zipf: 0.9 } }',
      { copies: { mean: { count: 3 }, exponent: 0.9 }, place: null },
    ],
    ['{ copies: { mean: 50%, zipf: 1 } }', { copies: { mean: { share: 0.5 }, exponent: 1 } }],
    [
      '{ place: { seeder: all, leech-1: [cat.png] } }',
      {
        copies: null,
        place: new Map<string, readonly PlacedImage[] | 'all'>([
          ['seeder', 'all'],
          ['leech-1', [{ name: 'cat.png', version: 1 }]],
        ]),
      },
    ],
    ['{ copies: 3, differing: 1 }', { copies: { count: 3 }, differing: { count: 1 } }],
    ['{ copies: 50%, differing: 10% }', { differing: { share: 0.1 } }],
    [
      '{ place: { leech: [cat.png, { image: dog.png, version: 2 }] } }',
      {
        differing: null,
        place: new Map([
          [
            'leech',
            [
              { name: 'cat.png', version: 1 },
              { name: 'dog.png', version: 2 },
            ],
          ],
        ]),
      },
    ],
    [
      '{ generate: { count: 9 } }',
      {
        from: null,
        generate: { count: 9, kind: 'mixed', size: { kind: 'constant', value: 300 * KIB } },
      },
    ],
    [
      '{ generate: { count: 1, kind: png, size: { uniform: [10KiB, 1MiB] } } }',
      {
        generate: {
          count: 1,
          kind: 'png',
          size: { kind: 'uniform', from: 10 * KIB, to: KIB * KIB },
        },
      },
    ],
    [
      '{ generate: { count: 1, size: { lognormal: { median: 300KiB, sigma: 1 } } } }',
      {
        generate: {
          count: 1,
          kind: 'mixed',
          size: { kind: 'lognormal', median: 300 * KIB, sigma: 1 },
        },
      },
    ],
    [
      '{ generate: { count: 1, size: { pareto: { median: 300KiB, shape: 1.5 } } } }',
      {
        generate: {
          count: 1,
          kind: 'mixed',
          size: { kind: 'pareto', median: 300 * KIB, shape: 1.5 },
        },
      },
    ],
  ])('%s are read', (images, read) => {
    const file = folder.write(
      `name: a\npeers: { groups: [{ name: seeder, count: 2 }, { name: leech, count: 3 }] }\nimages: ${images}\nphases: [{ name: rest, for: 1s }]`,
    );
    expect(loadScenario(file).images).toMatchObject(read);
  });

  test('a default folder that is not there is told as such', () => {
    const file = join(elsewhere, 'a.yaml');
    writeFileSync(file, 'name: a\npeers: { count: 2 }\nphases: [{ name: rest, for: 1s }]');
    expect(() => loadScenario(file)).toThrow(/no such folder; it is the default, so name another/);
  });

  test.each<[images: string, ...problems: string[]]>([
    [
      '{ from: ../pictures }',
      '17 the images folder "../pictures" cannot be read: there is no such folder',
    ],
    ['{ from: ../empty }', '17 the images folder "../empty" holds no file'],
    [
      '{ from: ../images/cat.png }',
      '17 the images folder "../images/cat.png" cannot be read: it is a file',
    ],
    ['{ copies: 6 }', '19 6 copies need as many peers, there are 5'],
    ['{ copies: 1.5 }', '19 expected a whole number from 1, got 1.5'],
    ['{ copies: 0% }', '19 0% is not above 0'],
    ['{ copies: "2" }', '19 2 has no unit, write 2%'],
    ['{ copies: yes }', '19 expected a percentage such as 2% or 99.5%, got "yes"'],
    [
      '{ copies: [2] }',
      '19 expected a whole number such as 2, a percentage such as 25% or { mean: 3, zipf: 0.9 }, got a list',
    ],
    [
      '{ copies: { zipf: 0, men: 3 } }',
      '19 missing key "mean"',
      '27 0 is not above 0',
      '30 unknown key "men", did you mean "mean"?',
    ],
    ['{ copies: { zipf: 1, mean: 6 } }', '36 6 copies need as many peers, there are 5'],
    [
      '{ copies: 3, owners: seeder }',
      '19 3 copies need as many peers that can own images, there are 2',
    ],
    ['{ owners: sedr }', '19 unknown group "sedr", did you mean "seeder"?'],
    ['{ owners: [leech, x] }', '27 unknown group "x", expected all, seeder or leech'],
    ['{ owners: [] }', '19 nobody owns an image, name a group or leave it out'],
    ['{ owners: leech-1 }', '19 "leech-1" is a peer, only groups can stand here, such as leech'],
    ['{ owners: 5 }', '19 expected all, a group or a list of groups, got 5'],
    [
      '{ copies: 1, owners: leech, place: { leech-1: [cat.png] } }',
      '37 "copies" and "place" exclude each other',
      '37 "owners" and "place" exclude each other',
    ],
    ['{ differing: 0% }', '22 0% is not above 0'],
    ['{ differing: some }', '22 expected a percentage such as 2% or 99.5%, got "some"'],
    [
      '{ differing: [1] }',
      '22 expected a whole number such as 2 or a percentage such as 25%, got a list',
    ],
    ['{ differing: 40 }', '22 40 images cannot differ, there are 2'],
    ['{ generate: { count: 3 }, differing: 4 }', '46 4 images cannot differ, there are 3'],
    [
      '{ copies: 1, differing: 1 }',
      '33 images differ between two owners or more, and there is one copy of each',
    ],
    [
      '{ copies: 10%, differing: 1 }',
      '35 images differ between two owners or more, and there is one copy of each',
    ],
    [
      '{ copies: { mean: 1, zipf: 1 }, differing: 1 }',
      '52 images differ between two owners or more, and there is one copy of each',
    ],
    ['{ differing: 50%, place: { leech: all } }', '27 "differing" and "place" exclude each other'],
    [
      '{ place: { leech: [{ image: cta.png, version: 2 }] } }',
      '37 no image "cta.png" in the folder, did you mean "cat.png"?',
    ],
    [
      '{ place: { leech: [{ image: cat.png, version: 0 }] } }',
      '55 0 is out of range, expected 1 to 1000',
    ],
    [
      '{ place: { leech: [{ imag: cat.png, version: 2 }] } }',
      '28 missing key "image"',
      '30 unknown key "imag", did you mean "image"?',
    ],
    [
      '{ place: { leech: [cat.png, 7, [1]] } }',
      '37 expected text, got 7',
      '40 expected the name of an image or { image: cat.png, version: 2 }, got a list',
    ],
    [
      '{ place: { leech: [cat.png, dog.png, { image: cat.png, version: 2 }] } }',
      '46 nobody has both version 1 and version 2 of "cat.png"',
    ],
    ['{ place: {} }', '18 no image is placed'],
    ['{ place: { leech: al } }', '27 expected all or a list of images, got "al"'],
    [
      '{ place: { leech-1: [cta.png] } }',
      '30 no image "cta.png" in the folder, did you mean "cat.png"?',
    ],
    ['{ place: { leech: [folder.png] } }', '28 no image "folder.png" in the folder'],
    [
      '{ place: { leech-9: all } }',
      '20 unknown peer "leech-9", the last of its group is "leech-3"',
    ],
    [
      '{ place: { mars: all } }',
      '20 unknown group "mars", expected seeder or leech, or a peer such as seeder-1',
    ],
    ['{ place: { leach: all } }', '20 unknown group "leach", did you mean "leech"?'],
    ['{ from: ../images, generate: { count: 3 } }', '28 "from" and "generate" exclude each other'],
    ['{ generate: {} }', '21 missing key "count"'],
    ['{ generate: { count: 0 } }', '30 0 is out of range, expected 1 to 100000'],
    [
      '{ generate: { count: 2, kind: gif } }',
      '39 unknown kind of picture "gif", expected mixed, png or jpeg',
    ],
    [
      '{ generate: { count: 2 }, place: { leech-1: [image-1.png] } }',
      '54 no image "image-1.png" among the generated ones, they are called image-001.png to image-002.jpg',
    ],
    ['{ generate: { count: 2, size: 300 } }', '39 300 has no unit, write 300KB or 300MB'],
    [
      '{ generate: { count: 2, size: 2ms } }',
      '39 2ms is a duration, expected a size such as 300KiB or 64MB',
    ],
    ['{ generate: { count: 2, size: 33MiB } }', '39 33MiB is too large, the most is 32MiB'],
    ['{ generate: { count: 2, size: 1000B } }', '39 1kB is below 1KiB, the smallest picture'],
    [
      '{ generate: { count: 2, size: [10KiB, 1MiB] } }',
      '39 expected 300KiB or a distribution such as { exponential: 300KiB }, got a list',
    ],
    [
      '{ generate: { count: 2, size: {} } }',
      '39 expected "uniform", "normal", "exponential", "lognormal", "pareto" or "weibull"',
    ],
    [
      '{ generate: { count: 2, size: { exponential: 9KiB, pareto: { median: 9KiB, shape: 2 } } } }',
      '60 "exponential" and "pareto" exclude each other',
    ],
    [
      '{ generate: { count: 2, size: { uniform: [1MiB, 10KiB] } } }',
      '50 the first is more than the second, expected [least, most]',
    ],
    [
      '{ generate: { count: 2, size: { uniform: [10KiB] } } }',
      '50 expected two quantities, [least, most], got 1',
    ],
    [
      '{ generate: { count: 2, size: { uniform: [5B, 40MiB] } } }',
      '51 5B is below 1KiB, the smallest picture',
      '55 40MiB is too large, the most is 32MiB',
    ],
    [
      '{ generate: { count: 2, size: { lognormal: { median: 0, sigma: -1 } } } }',
      '62 0 is not above 0',
      '72 -1 is not above 0',
    ],
    [
      '{ generate: { count: 2, size: { pareto: { shape: 0.01 } } } }',
      '49 missing key "median"',
      '58 0.01 is below 0.1',
    ],
    [
      '{ generate: { count: 2, size: { weibull: { median: 10KiB, shape: many } } } }',
      '74 expected a number such as 1.5, got "many"',
    ],
  ])('%s are refused', (images, ...problems) => {
    expect(mistakesWith(folder, 'images', `images: ${images}`)).toEqual(problems);
  });
});

test('images cannot differ where one peer alone can own any', () => {
  const phases = 'phases: [{ name: rest, for: 1s }]';
  const file = folder.write(`name: a\npeers: { count: 1 }\nimages: { differing: 1 }\n${phases}`);
  expect(() => loadScenario(file)).toThrow(
    /:3:22 +images differ between two owners or more, 1 can own any/,
  );
});

test('generated images are numbered with as many digits as the last one needs', () => {
  const names = (count: number): (string | undefined)[] => {
    const all = generatedNames({ count, kind: 'png' });
    return [all[0]?.name, all.at(-1)?.name];
  };
  expect(names(5)).toEqual(['image-001.png', 'image-005.png']);
  expect(names(10_000)).toEqual(['image-00001.png', 'image-10000.png']);
});

test('a file that is not what its name says is refused, since no peer would take it in', () => {
  const pictures = join(folder.root, 'pictures-other');
  mkdirSync(pictures);
  const jpeg = makePicture({ kind: 'jpeg', sizeBytes: 5_000, seed: 1, number: 1 });
  writeFileSync(join(pictures, 'photo.png'), jpeg);
  writeFileSync(join(pictures, 'text.gif'), 'no picture');
  writeFileSync(join(pictures, 'photo.jpeg'), jpeg);
  writeFileSync(join(pictures, 'notes.txt'), 'no picture, and no name of one');
  expect(mistakesWith(folder, 'images', 'images: { from: ../pictures-other }')).toEqual([
    '17 "../pictures-other" holds "photo.png", which no peer takes in: its content is JPEG, not what its name says',
    '17 "../pictures-other" holds "text.gif", which no peer takes in: its content is no known picture, not what its name says',
  ]);
});

test('a picture that ends too soon is refused, since no peer would take it in', () => {
  const pictures = join(folder.root, 'pictures-cut');
  mkdirSync(pictures);
  const whole = makePicture({ kind: 'jpeg', sizeBytes: 5_000, seed: 1, number: 1 });
  writeFileSync(join(pictures, 'cut.jpg'), whole.subarray(0, 4_000));
  writeFileSync(join(pictures, 'notes.txt'), 'no picture, but whole');
  writeFileSync(join(pictures, 'whole.jpg'), whole);
  const images = 'images: { from: ../pictures-cut }';
  expect(mistakesWith(folder, 'images', images)).toEqual([
    '17 "../pictures-cut" holds "cut.jpg", which no peer takes in: the picture ends too soon',
  ]);
  // What was found once is not believed of a file that has changed.
  writeFileSync(join(pictures, 'cut.jpg'), whole);
  expect(mistakesWith(folder, 'images', images)).toEqual([]);
});

test('two spellings of one name are refused, for to peers they are one image', () => {
  const pictures = join(folder.root, 'pictures-spelt');
  mkdirSync(pictures);
  for (const name of ['caf\u00e9.png', 'cafe\u0301.png', 'cafe.png']) {
    writeFileSync(
      join(pictures, name),
      makePicture({ kind: 'png', sizeBytes: 1_024, seed: 1, number: 1 }),
    );
  }
  const found = mistakesWith(folder, 'images', 'images: { from: ../pictures-spelt }');
  expect(found.filter((line) => line.includes('Unicode'))).toEqual([
    '17 "../pictures-spelt" holds "caf\u00e9.png" in two Unicode spellings, which to peers are one name; rename one of them',
  ]);
});
