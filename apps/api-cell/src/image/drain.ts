import type { Readable } from 'node:stream';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_MS = 5000;

/**
 * Reads and drops what a client still sends, so that it gets to reading the answer: most clients take a connection that is closed under
 * their upload for a network error. Bounded, because nobody has to listen for an hour to say no.
 */
export const drain = async (source: Readable): Promise<void> => {
  if (source.readableEnded || source.destroyed) return;
  await new Promise<void>(resolve => {
    let left = MAX_BYTES;
    const onData = (chunk: Buffer) => {
      left -= chunk.length;
      if (left < 0) stop();
    };
    const stop = () => {
      clearTimeout(timer);
      source.off('data', onData).pause();
      resolve();
    };
    const timer = setTimeout(stop, MAX_MS);
    source.on('data', onData).once('end', stop).once('close', stop).once('error', stop).resume();
  });
};
