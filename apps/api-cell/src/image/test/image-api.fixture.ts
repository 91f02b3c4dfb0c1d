import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { silentLogger } from '#domain';
import { EmbeddedImages, imageEntities, imageMigrations } from '#images';
import { SystemClock, SystemRandom } from '#service-runtime';
import { freePort } from '#testing';
import { type Call, caller, newMember, openDatabase, type Reply, startIdentity } from '../../identity/test/identity-api.fixture.js';
import { startImageApi } from '../start-image-api.js';

export type { Call, Reply };
export type Member = Awaited<ReturnType<typeof newMember>>;

export const MAX_BYTES = 1_000_000;

/** A whole image API with an identity and a database of its own, keeping its data in `directory`. */
const startImages = async (directory: string) => {
  const database = await openDatabase({ entities: imageEntities, migrations: imageMigrations });
  const identity = await startIdentity(database.source);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const shared = { clock: new SystemClock(), logger: silentLogger, publicUrl: url };
  const statements: string[] = [];
  const own = await database.connect();
  own.setOptions({ logging: ['query'] });
  own.logger.logQuery = statement => statements.push(statement);
  const images = await EmbeddedImages.start({ ...shared, database: own, random: new SystemRandom(), directory, maxImageBytes: MAX_BYTES });
  const app = await startImageApi({ ...shared, images, identity: identity.identity, identityUrl: identity.url, host: '127.0.0.1', port });
  return {
    url,
    images,
    identity,
    directory,
    adminToken: identity.adminToken,
    /** The image service's tables. */
    database: database.source,
    /** What the image service asked its database. */
    statements,
    call: caller(url),
    /** A new project with a user of this name, and a token of that. */
    member: (name: string, role?: string) => newMember(identity, name, role),
    close: async () => {
      await app.close();
      await identity.close();
      await own.destroy();
      await database.source.destroy();
      await database.drop();
    },
  };
};

/** One for the tests of one file: raised before the first, gone after the last with all its data. */
export const useImageApi = () => {
  let used: Awaited<ReturnType<typeof startImages>> | undefined;
  const directory = mkdtempSync(join(tmpdir(), 'canopy-image-api-'));
  beforeAll(async () => {
    used = await startImages(directory);
  });
  afterAll(async () => {
    await used?.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return () => {
    if (!used) throw new Error('the image API is not up before the tests run');
    return used;
  };
};
