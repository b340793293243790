import { defaultStateFile } from '../operation/state-folder.ts';
import type { OperationOptions } from '../operation/operation.ts';
import type { Configuration } from './configuration/load.ts';
import type { Screen } from './screen.ts';

/** How a peer with this configuration is operated. */
export function operationOptions(
  { settings, origins }: Configuration,
  screen: Screen,
  version: string,
): OperationOptions {
  const { logFile, logLevel, metricsPort, metricsHost, metricsNames, state, port } = settings;
  // Whoever asks for a level wants to see something.
  const isAsked = origins.get('logLevel')?.from !== 'default';
  const impliedLog = isAsked ? '-' : null;
  return {
    logFile: logFile === false ? impliedLog : logFile,
    logLevel,
    metricsPort: metricsPort === false ? null : metricsPort,
    metricsHost,
    metricsNames,
    stateFile: (folder) => {
      if (state === false) return null;
      return state === true ? defaultStateFile(process.env, folder, port) : state;
    },
    version,
    show: process.stderr.isTTY ? (line) => screen.error(line) : null,
    note: (line) => screen.note(line),
    error: (line) => screen.error(line),
  };
}
