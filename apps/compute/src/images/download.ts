import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { ImageSource } from '#contracts';
import { CloudError, messageOf } from '#domain';
import { refusalKind } from './refusal-kind.js';

/** A server that sends nothing for so long has gone away. */
const STALL_SECONDS = 30;
/** However far the deadline is. */
const LONGEST_MS = 6 * 3_600_000;

/**
 * Streams an image into a file, on disk when it returns, and compares its checksum on the way.
 * @throws CloudError `notFound` or `forbidden` as the image service says, `unavailable` when it cannot be reached or sends other
 *   data than it promised, `deadlineExceeded` when `timeoutMs` are over, `noValidHost` when the disk is full.
 */
export const downloadImage = async (image: ImageSource, path: string, timeoutMs: number): Promise<void> => {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), STALL_SECONDS * 1000);
  const overdue = AbortSignal.timeout(Math.min(Math.max(1, timeoutMs), LONGEST_MS));
  try {
    const response = await fetch(image.url, { headers: image.headers, signal: AbortSignal.any([stalled.signal, overdue]) });
    if (!response.ok || !response.body) throw refused(image, response.status);
    await store(image, response.body, path, () => timer.refresh());
  } catch (error) {
    if (overdue.aborted) throw new CloudError('deadlineExceeded', `image ${image.id} was not downloaded in time`, { cause: error });
    if (stalled.signal.aborted)
      throw new CloudError('unavailable', `image ${image.id}: nothing came for ${STALL_SECONDS} s`, { cause: error });
    throw explained(image, error);
  } finally {
    clearTimeout(timer);
  }
};

const store = async (image: ImageSource, body: AsyncIterable<Uint8Array>, path: string, onProgress: () => void): Promise<void> => {
  const hash = createHash('sha512');
  const file = await open(path, 'wx', 0o644);
  let bytes = 0;
  try {
    for await (const chunk of body) {
      onProgress();
      bytes += chunk.length;
      if (image.sizeBytes > 0 && bytes > image.sizeBytes) break;
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    if (image.sizeBytes > 0 && bytes !== image.sizeBytes) {
      throw new CloudError(
        'unavailable',
        `image ${image.id} should have ${image.sizeBytes} bytes, ${bytes > image.sizeBytes ? 'more' : bytes} came`,
      );
    }
    const sha512 = hash.digest('hex');
    if (sha512 !== image.sha512)
      throw new CloudError('unavailable', `image ${image.id} has checksum ${sha512.slice(0, 16)}…, not ${image.sha512.slice(0, 16)}…`);
    await file.sync();
  } finally {
    await file.close();
  }
};

const refused = (image: ImageSource, status: number): CloudError =>
  new CloudError(refusalKind(status), `image ${image.id} cannot be downloaded: the image service answers ${status}`);

const explained = (image: ImageSource, error: unknown): CloudError => {
  if (error instanceof CloudError) return error;
  if (error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) {
    return new CloudError('noValidHost', `the disk of the image cache has no room for image ${image.id}`, { cause: error });
  }
  // fetch says no more than 'fetch failed'; what happened is in its cause.
  const reason = error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error);
  return new CloudError('unavailable', `image ${image.id} cannot be downloaded: ${reason}`, { cause: error });
};
