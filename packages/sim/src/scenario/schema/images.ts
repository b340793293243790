import { z } from 'zod';
import type { ImagesSection } from '../scenario-file.ts';
import { shown } from '../nearest.ts';
import { reading, text } from './values.ts';
import { parseQuantity, patternOf, type Reading } from '../units.ts';

/** `2` or `25%`. */
const copies = z
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
    reading((written: number | string): Reading<{ count: number } | { share: number }> => {
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

/** The section `images`. */
export const images: z.ZodType<ImagesSection> = z
  .strictObject({
    from: text
      .describe(
        'Folder with the pictures, relative to the folder of the scenario file. Every file in it is an image, but for hidden ones and folders.',
      )
      .prefault('../images'),
    copies: copies
      .describe(
        'On how many peers each image is at the start: a number, or a percentage of all peers, which is one peer at least. Which ones is drawn from the seed. The default is less where there are fewer peers.',
      )
      .prefault(2),
    place: z
      .record(z.string(), z.array(text))
      .describe(
        'Which peer has which images at the start, by name: `{ peer-1: [cat.png] }`; instead of `copies`. Nobody has an image that is not named here.',
      )
      .optional(),
  })
  .describe('Which images exist and who has them at the start.');
