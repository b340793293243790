import type { z } from 'zod';
import { text } from './values.ts';

/** Names of scenarios, groups and phases; they become parts of file names and of figures. */
export const NAME_PATTERN: RegExp = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** How many peers a scenario can have in all; well above what one machine carries. */
export const MAX_PEERS = 1_000_000;

/** The name of a scenario, a group or a phase. */
export const name: z.ZodString = text.meta({ pattern: NAME_PATTERN.source, maxLength: 64 });
