import { createHash } from 'node:crypto';
import { get, type IncomingMessage } from 'node:http';
import { CloudError, messageOf } from '#domain';
import type { OfferedFile } from '#hypervisor';
import { CHECKSUM } from './file-door.js';

/** A host that sends nothing for so long has gone away. */
const STALL_SECONDS = 60;

/**
 * Reads a file that another host offers, as it comes.
 * @throws CloudError `notImplemented` when that host has no door, `unavailable` when it does not answer or sends something else than it
 *   says: whoever reads must not use what came before the error.
 */
export async function* fetchFile({ name, url }: OfferedFile): AsyncGenerator<Uint8Array> {
  if (url === null)
    throw new CloudError('notImplemented', `file ${name}: the host that has it is not configured to send files ('transfer')`);
  const hash = createHash('sha256');
  try {
    const reply = await request(url);
    if (reply.statusCode !== 200) {
      reply.resume();
      throw new CloudError('unavailable', `file ${name} cannot be fetched: its host answers ${reply.statusCode}`);
    }
    for await (const chunk of reply as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      yield chunk;
    }
    if (reply.trailers[CHECKSUM] !== hash.digest('hex')) throw new CloudError('unavailable', `file ${name} came with a wrong checksum`);
  } catch (error) {
    if (error instanceof CloudError) throw error;
    throw new CloudError('unavailable', `file ${name} cannot be fetched: ${messageOf(error)}`, { cause: error });
  }
}

const request = (url: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const asked = get(url, { timeout: STALL_SECONDS * 1000 }, resolve);
    asked.once('timeout', () => asked.destroy(new Error(`nothing came for ${STALL_SECONDS} s`)));
    asked.once('error', reject);
  });
