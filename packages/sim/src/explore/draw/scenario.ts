/**
 * Scenarios that nobody thought of, from a seed each. Most are about trouble; each of the other themes has something
 * that its peers must not do, and that no rule for every run says.
 */
import { Random } from '../../random/random.ts';
import { Dice } from './dice.ts';
import type { Document } from '../shrink/document.ts';
import { drawDeath } from './theme/death.ts';
import { drawHearsay } from './theme/hearsay.ts';
import { drawQuiet } from './theme/quiet.ts';
import { drawSmallBooks } from './theme/small-books.ts';
import { drawTransfers } from './theme/transfers.ts';
import { drawTrouble } from './theme/trouble.ts';
import { drawWalls } from './theme/walls.ts';

/** What a scenario is about. Most are about trouble; of the others each has an equal share. */
const THEMES = [drawQuiet, drawSmallBooks, drawHearsay, drawWalls, drawDeath, drawTransfers];

/** The share of scenarios about trouble. */
const TROUBLE = 0.85;

/** The scenario of a seed, as YAML would parse to it. The same seed, the same scenario. */
export function drawScenario(seed: number): Document {
  const random = Random.fromSeed(seed);
  const dice = new Dice(random.fork('explore theme'));
  const draw = dice.chance(TROUBLE) ? drawTrouble : dice.one(THEMES);
  return { name: `explored-${seed}`, seed, timeout: '300s', ...draw(random) };
}
