import type { PlantedFault } from './planted-fault.ts';
import { DISCOVERY_FAULTS } from './faults/discovery.ts';
import { FETCHING_FAULTS } from './faults/fetching.ts';
import { MESSAGE_FAULTS } from './faults/messages.ts';
import { SERVING_FAULTS } from './faults/serving.ts';

/** Every planted fault, in the order of the tables. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  ...MESSAGE_FAULTS,
  ...DISCOVERY_FAULTS,
  ...SERVING_FAULTS,
  ...FETCHING_FAULTS,
];
