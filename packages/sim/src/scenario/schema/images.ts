import { z } from 'zod';
import { LARGEST_PICTURE_BYTES } from '../../picture/picture.ts';
import { shown } from '../nearest.ts';
import type { AmountSection, ImagesSection, VersionSection } from '../scenario-file.ts';
import { parseQuantity, patternOf, type Reading } from '../units.ts';
import { drawn, plainNumber } from './distribution.ts';
import { valueOrMap } from './value-or-map.ts';
import { oneOf, reading, text, whole } from './values.ts';

/** How many images can be generated. */
const MOST_GENERATED = 100_000;

/** `2` or `25%`. */
const amount: z.ZodType<AmountSection> = z
  .union(
    [
      z.number().meta({ type: 'integer', minimum: 1 }),
      z.string().meta({ pattern: patternOf('share'), examples: ['25%'] }),
    ],
    {
      error: ({ input }) =>
        `expected a whole number such as 2 or a percentage such as 25%, got ${shown(input)}`,
    },
  )
  .transform(
    reading((written: number | string): Reading<AmountSection> => {
      if (typeof written === 'number') {
        return Number.isInteger(written) && written >= 1
          ? { ok: true, value: { count: written } }
          : { ok: false, problem: `expected a whole number from 1, got ${written}` };
      }
      const share = parseQuantity('share', written);
      if (!share.ok) return share;
      return share.value > 0
        ? { ok: true, value: { share: share.value } }
        : { ok: false, problem: `${written} is not above 0` };
    }),
  );

const byPopularity = z.strictObject({
  mean: amount.describe(
    'On how many peers an image is on average: a number, or a percentage of those that can own it.',
  ),
  zipf: plainNumber(0.9, { max: 10 }).describe(
    'Exponent of the distribution: the nth most popular image has copies in proportion to 1 / n^exponent, but one at least. Above 0, at most 10.',
  ),
});

const generate = z
  .strictObject({
    count: whole(1, MOST_GENERATED).describe(
      'How many there are: `image-001.png`, `image-002.jpg` and so on.',
    ),
    kind: oneOf('kind of picture', ['mixed', 'png', 'jpeg'])
      .describe('Their format; `mixed`: PNG and JPEG in turn, PNG first.')
      .prefault('mixed'),
    size: drawn('bytes', { max: LARGEST_PICTURE_BYTES })
      .describe(
        'How large each is, to the byte; from 1KiB to 32MiB. What is drawn below or above counts as these.',
      )
      .prefault('300KiB'),
  })
  .describe(
    'Pictures that the lab makes itself, valid ones of random bytes drawn from the seed; instead of `from`.',
  );

/** More pictures under one name than any owner could tell apart are of no use; it bounds the memory. */
const MOST_VERSIONS = 1_000;

/** An image of `place` in another version than the first. */
const version: z.ZodType<VersionSection> = z.strictObject({
  image: text.describe('Name of the image.'),
  version: whole(1, MOST_VERSIONS).describe(
    'Which picture it is: 1 is that of everybody of whom nothing else is said, any other number one of its own.',
  ),
});

/** The section `images`. */
export const images: z.ZodType<ImagesSection> = z
  .strictObject({
    from: text
      .describe(
        'Folder with the pictures, relative to the folder of the scenario file. Every file in it is an image, but for hidden ones and folders; one that no peer would serve or take in (empty, cut off, of another type than its name says) is a mistake.',
      )
      .prefault('../images'),
    generate: generate.optional(),
    copies: valueOrMap(
      amount,
      byPopularity,
      'expected a whole number such as 2, a percentage such as 25% or { mean: 3, zipf: 0.9 }',
    )
      .describe(
        'On how many peers each image is at the start: a number, or a percentage of those that can own it, which is one peer at least; or more of the images that are asked for more (`{ mean: 3, zipf: 0.9 }`). Which peers is drawn from the seed. The default is less where there are fewer peers.',
      )
      .prefault(2),
    owners: z
      .union([text, z.array(text).meta({ minItems: 1 })], {
        error: ({ input }) => `expected all, a group or a list of groups, got ${shown(input)}`,
      })
      .describe(
        'Who can own images at the start: the peers of `all` groups, of one or of several; with `copies`.',
      )
      .prefault('all'),
    differing: amount
      .describe(
        'Of how many images the owners do not hold the same: a number, or a percentage of the PNG and JPEG images with two owners or more, which is one image at least. Half of the owners of such an image, drawn from the seed, hold its second version: another valid picture under the same name, made from the seed, with as many bytes, so that no length gives a mixture away (of a file, within 1KiB and 32MiB). An answer with either is right, one with a mixture of both is wrong. With `copies`.',
      )
      .optional(),
    place: z
      .record(
        z.string(),
        z.union(
          [
            z.literal('all'),
            z.array(
              valueOrMap(
                text,
                version,
                'expected the name of an image or { image: cat.png, version: 2 }',
              ),
            ),
          ],
          { error: ({ input }) => `expected all or a list of images, got ${shown(input)}` },
        ),
      )
      .meta({ minProperties: 1 })
      .describe(
        'Who has which images at the start: `{ peer-1: [cat.png], seeder: all }`, by names of peers, or of groups for each of their peers; instead of `copies`. `{ image: cat.png, version: 2 }` is another picture under the same name, made as for `differing`; what is said of a peer by its name counts over what is said of its group. Nobody has an image that is not named here.',
      )
      .optional(),
  })
  .describe('Which images exist and who has them at the start.');
