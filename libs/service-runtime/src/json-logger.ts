import { type DestinationStream, destination, type Logger as PinoLogger, pino, stdSerializers, stdTimeFunctions } from 'pino';
import type { Logger } from '#domain';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface JsonLoggerOptions {
  readonly level: LogLevel;
  /** Bound to every line as `service`. */
  readonly service: string;
  /** Where lines go; stdout by default. */
  readonly stream?: DestinationStream;
}

/** One JSON object per line: `time` (ISO 8601, UTC), `level`, `service`, `pid`, `msg` (the event), and the event's own fields. */
export const jsonLogger = ({ level, service, stream }: JsonLoggerOptions): Logger =>
  wrap(
    pino(
      {
        level,
        base: { service, pid: process.pid },
        timestamp: stdTimeFunctions.isoTime,
        formatters: { level: label => ({ level: label }) },
        serializers: { error: stdSerializers.err, cause: stdSerializers.err },
      },
      // Written before the call returns: the last line before a crash is the one that matters.
      stream ?? destination({ dest: 1, sync: true }),
    ),
  );

const wrap = (target: PinoLogger): Logger => ({
  debug: (event, fields) => target.debug(fields ?? {}, event),
  info: (event, fields) => target.info(fields ?? {}, event),
  warn: (event, fields) => target.warn(fields ?? {}, event),
  error: (event, fields) => target.error(fields ?? {}, event),
  child: fields => wrap(target.child(fields)),
});
