import type { ImageUpload } from '#contracts';
import { CloudError, messageOf } from '#domain';
import { refusalKind } from './refusal-kind.js';

/** However far the deadline is. */
const LONGEST_MS = 6 * 3_600_000;
/** An image service that takes nothing for so long has gone away. */
const STALL_SECONDS = 120;

/**
 * Streams data into an image that waits for it.
 * @throws CloudError `notFound` when the image was deleted meanwhile, `conflict` when it has data, `tooLarge` or `forbidden` as the
 *   image service says, `unavailable` when it cannot be reached, `notFound` too when `ended` says that the guest goes.
 */
export const uploadImage = async ({ imageId, put }: ImageUpload, data: AsyncIterable<Uint8Array>, ended: AbortSignal): Promise<void> => {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), STALL_SECONDS * 1000);
  const signal = AbortSignal.any([ended, stalled.signal, AbortSignal.timeout(LONGEST_MS)]);
  const headers = { ...put.headers, 'content-type': 'application/octet-stream' };
  try {
    const body = watched(data, () => timer.refresh());
    const response = await fetch(put.url, { method: 'PUT', headers, body, duplex: 'half', signal });
    await response.body?.cancel();
    if (response.ok) return;
    const kind = refusalKind(response.status);
    throw new CloudError(kind, `image ${imageId} cannot be filled: the image service answers ${response.status}`);
  } catch (error) {
    if (error instanceof CloudError) throw error;
    if (ended.aborted) throw new CloudError('notFound', `the guest of image ${imageId} is being destroyed`, { cause: error });
    const reason = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
    throw new CloudError('unavailable', `image ${imageId} cannot be filled: ${reason}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
};

async function* watched(data: AsyncIterable<Uint8Array>, onProgress: () => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of data) {
    onProgress();
    yield chunk;
  }
}
