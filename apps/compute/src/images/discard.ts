import type { UnwantedImage } from '#contracts';
import { type Logger, messageOf } from '#domain';

const TIMEOUT_MS = 10_000;

/** Deletes an image that will get no data. It is not worth failing for: whoever asked for the image hears why there is none. */
export const discardImage = async ({ imageId, discard }: UnwantedImage, log: Logger): Promise<void> => {
  try {
    const { url, headers } = discard;
    const response = await fetch(url, { method: 'DELETE', headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    if (!response.ok && response.status !== 404) log.warn('image was not deleted', { image: imageId, status: response.status });
  } catch (error) {
    log.warn('image was not deleted', { image: imageId, reason: messageOf(error) });
  }
};
