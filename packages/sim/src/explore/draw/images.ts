import { isSection, type Document, type Value } from '../shrink/document.ts';
import { allOf, countOf, namesOf, type Cast } from './cast.ts';
import type { Dice } from './dice.ts';
import { drawQuantity } from './quantity.ts';

/** Images at most. */
const MOST_IMAGES = 8;

/** The share of scenarios with large images; to make their bytes takes as long as a run. */
const LARGE = 0.15;

const LARGE_SIZES = ['64KiB', '300KiB'];

/** The share in which it is said of each peer what it has, and in which owners do not hold the same. */
const PLACED = 0.1;
const DIFFERING = 0.1;

/** Generated images, and who has them. `isSmall`: their bytes travel one by one. */
export function drawImages(dice: Dice, cast: Cast, isSmall: boolean): Document {
  const count = dice.between(1, MOST_IMAGES);
  const kind = dice.one(['mixed', 'mixed', 'png', 'jpeg']);
  const generate = { count, kind, size: drawSize(dice, isSmall) };
  if (dice.chance(PLACED)) {
    return { generate: { ...generate, kind: 'png' }, place: drawPlace(dice, cast, count) };
  }
  const isDiffering = countOf(cast) >= 2 && dice.chance(DIFFERING);
  const owners = dice.chance(0.7) ? cast.ours : cast.ours.slice(0, 1);
  const most = owners.reduce((sum, group) => sum + group.count, 0);
  if (isDiffering && most >= 2) {
    const copies = dice.between(2, most);
    return { generate, copies, owners: allOf(owners), differing: dice.between(1, count) };
  }
  return { generate, copies: drawCopies(dice, most), owners: allOf(owners) };
}

/** Whether images are those that take long. */
export function hasLargeImages({ generate }: Document): boolean {
  return isSection(generate) && LARGE_SIZES.includes(String(generate['size']));
}

function drawSize(dice: Dice, isSmall: boolean): Value {
  if (!isSmall && dice.chance(LARGE)) return dice.one(LARGE_SIZES);
  const sizeKiB = dice.one([1, 3, 17]);
  // No picture is smaller than 1 KiB.
  return sizeKiB === 1 ? '1KiB' : drawQuantity(dice, sizeKiB * 1_024, 'B');
}

function drawCopies(dice: Dice, most: number): Value {
  if (dice.chance(0.7)) return dice.between(1, most);
  if (dice.chance(0.5)) return `${dice.between(1, 100)}%`;
  return { mean: dice.between(1, most), zipf: dice.one([0.5, 0.9, 2]) };
}

/** What each of some peers has, among them now and then another picture under the same name. */
function drawPlace(dice: Dice, { ours }: Cast, count: number): Document {
  const images = Array.from(
    { length: count },
    (_, i) => `image-${String(i + 1).padStart(3, '0')}.png`,
  );
  const holdings = namesOf(ours).map((peer): [string, Value] => {
    const held = dice.some(images, 0.4);
    const lists = held.map((image) =>
      dice.chance(0.1) ? { image, version: dice.between(1, 3) } : image,
    );
    return [peer, dice.chance(0.1) ? 'all' : lists];
  });
  return Object.fromEntries(holdings);
}
