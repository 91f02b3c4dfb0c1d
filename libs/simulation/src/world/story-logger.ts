import type { Logger } from '#domain';

export interface StoryTeller {
  note(text: string): void;
  /** An error: what must not happen in any world. */
  accuse(text: string): void;
}

/** What a part of the production code logs, told in the story of a world. */
export const storyLogger = ({ note, accuse }: StoryTeller): Logger => {
  const log: Logger = {
    debug: () => undefined,
    info: (event, fields) => note(lineOf(event, fields)),
    warn: (event, fields) => note(lineOf(event, fields)),
    error: (event, fields) => accuse(lineOf(event, fields)),
    child: () => log,
  };
  return log;
};

const lineOf = (event: string, { instanceUuid, error, reason, method }: Record<string, unknown> = {}): string =>
  [event, method, String(instanceUuid ?? '').slice(0, 8), error, reason].filter(Boolean).join(' ');
