/**
 * The log: one line of JSON an event, by pino, which is loaded when a log is wanted. Whatever comes from
 * outside goes in through `safeFields`, so that no name can begin a line of its own or act on a terminal.
 */
import { displaySafe } from '../protocol/display.ts';
import { LogFile } from './log-file.ts';
import { prettyLine } from './log-line.ts';

/** How bad, or how interesting. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** One of `LOG_LEVELS`. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What is told of an event beside its name and its sentence. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Where events are written. */
export interface Log {
  level: LogLevel;
  /**
   * @param event a word of a closed set, for programs; docs/operating.md lists them
   * @param message a sentence for people
   */
  write(level: LogLevel, event: string, message: string, fields?: LogFields): void;
  /** Opens the file again by its name: whoever rotates logs has moved it. */
  reopen(): void;
  /** Writes what is still in memory, for a second at most. */
  close(): Promise<void>;
  /** The same for a process that ends now. */
  closeNow(): void;
}

/** How a log is opened. */
export interface LogOptions {
  readonly level: LogLevel;
  /** Path of a file, or `-` for standard error. */
  readonly target: string;
  /** Shows a line at a terminal; null: standard error is none. */
  readonly show: ((line: string) => void) | null;
  /** Told when lines cannot be written: once, until it goes well again. */
  readonly onTrouble: (message: string) => void;
}

/** The log of somebody who wants none. */
export const NO_LOG: Log = {
  level: 'error',
  write() {},
  reopen() {},
  async close() {},
  closeNow() {},
};

/** Opens a log. Rejects with the system's error when its file cannot be written. */
export async function openLog(options: LogOptions): Promise<Log> {
  const { pino } = await import('pino');
  const sink = openSink(options);
  const logger = pino(
    {
      level: options.level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    sink,
  );
  return {
    get level() {
      return logger.level as LogLevel;
    },
    set level(level) {
      logger.level = level;
    },
    write: (level, event, message, fields) => {
      if (logger.isLevelEnabled(level)) logger[level]({ event, ...safeFields(fields) }, message);
    },
    reopen: () => sink.reopen(),
    close: () => sink.close(),
    closeNow: () => sink.closeNow(),
  };
}

type Sink = Pick<LogFile, 'write' | 'reopen' | 'close' | 'closeNow'>;

function openSink({ target, show, onTrouble }: LogOptions): Sink {
  if (target === '-' && show !== null) {
    const write = (line: string): void => show(prettyLine(line));
    return { ...NO_LOG, write };
  }
  return new LogFile(target, (why) =>
    onTrouble(`The log cannot be written (${why}); lines are lost.`),
  );
}

function safeFields(fields: LogFields = {}): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      typeof value === 'string' ? displaySafe(value, key === 'stack' ? 4_000 : 300) : value,
    ]),
  );
}
