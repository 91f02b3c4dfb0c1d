import { messageOf } from '#domain';
import { Ask } from './protocol.js';

/** Answers the parent process one question after the other, and ends with it: it alone decides what Ctrl-C means. */
export const answerParent = (answer: (ask: Ask) => Promise<unknown>): void => {
  for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('disconnect', () => process.exit(0));
  process.on('message', message => {
    answer(Ask.parse(message)).then(
      result => process.send?.({ result: result ?? null }),
      error => process.send?.({ error: messageOf(error) }),
    );
  });
  process.send?.({ result: 'ready' });
};

export const usageOf = (frames: number) => {
  const { user, system } = process.cpuUsage();
  return { cpuMs: (user + system) / 1000, rssMb: process.memoryUsage.rss() / 1024 ** 2, frames };
};
