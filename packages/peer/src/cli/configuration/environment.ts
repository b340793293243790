/** The variables of the environment that are settings. */
import type { ConfigurationProblem } from './configuration-error.ts';
import { LIMIT_SETTINGS } from './limit-settings.ts';
import { nearest } from './nearest.ts';
import { SETTINGS } from './settings.ts';

/** Names the file; it is no setting. */
const CONFIG_VARIABLE = 'P2P_CONFIG';

/** `P2P_PORT` for `['port']`, `P2P_LIMIT_DIAL_TIMEOUT` for `['limits', 'dialTimeout']`. */
export function variableOf(path: readonly (string | number)[]): string {
  const words = path[0] === 'limits' ? ['limit', ...path.slice(1)] : path;
  const snake = words.map((word) => String(word).replaceAll(/[A-Z]/g, (letter) => `_${letter}`));
  return `P2P_${snake.join('_').toUpperCase()}`;
}

/**
 * Variables that look like ours and are not. Only what is nearly one of ours, and every unknown limit: an
 * orchestrator sets `P2P_SERVICE_HOST` and the like for a service called p2p, which is no mistake.
 */
export function environmentProblems(
  environment: Readonly<Record<string, string | undefined>>,
): ConfigurationProblem[] {
  const known = knownVariables();
  return Object.keys(environment)
    .filter((name) => name.startsWith('P2P_') && !known.includes(name))
    .flatMap((name): ConfigurationProblem[] => {
      const meant = nearest(name, known, 2);
      if (meant !== undefined) return [{ where: name, message: `did you mean ${meant}?` }];
      const isLimit = name.startsWith('P2P_LIMIT_');
      return isLimit
        ? [{ where: name, message: 'there is no such limit; p2p config shows all' }]
        : [];
    });
}

function knownVariables(): string[] {
  return [
    CONFIG_VARIABLE,
    ...Object.keys(SETTINGS).map((key) => variableOf([key])),
    ...LIMIT_SETTINGS.map(({ name }) => variableOf(['limits', name])),
  ];
}
