import { beforeAll, describe, expect, it } from 'vitest';
import { requestId, silentLogger } from '#domain';
import type { ImageFields } from '#images';
import { SystemClock, SystemRandom } from '#service-runtime';
import { apiCellConfig } from './api-cell.config.js';
import { useImageCalls } from './image/test/image-calls.fixture.js';
import { loadPolicy } from './load-policy.js';
import { catalogOf, publicUrlsOf } from './public-urls.js';
import { identityOf, imagesOf } from './services.js';

/* An api cell whose identity and images are another's: here Canopy's own listeners stand for the operator's Keystone and Glance. */

const images = useImageCalls();
const runtime = { clock: new SystemClock(), random: new SystemRandom(), logger: silentLogger };
const EVERY = { limit: 25, sort: [], attributes: {}, tags: [], properties: {}, hidden: false, times: [] };
const DATA = Buffer.from('the bytes of an image');

const SNAPSHOT: Omit<ImageFields, 'owner'> = {
  name: 'snapshot',
  visibility: 'private',
  protected: false,
  hidden: false,
  diskFormat: 'raw',
  containerFormat: 'bare',
  minDiskGb: 0,
  minMemoryMb: 0,
  tags: [],
  properties: { image_type: 'snapshot' },
};

/** As an operator writes it; what is not given is as docs/operations/keystone-and-glance.md says. */
const configOf = (password = 'pw') =>
  apiCellConfig.parse({
    cell: 'api',
    database: { url: 'mysql://canopy@127.0.0.1/api' },
    broker: { url: 'amqp://127.0.0.1' },
    listeners: { compute: { port: 8774 } },
    identity: { kind: 'keystone', url: `${images.used().identity.url}/v3`, username: 'nova', password, projectName: 'nova' },
    images: { kind: 'glance', url: images.used().url },
  });

const servicesOf = async (config = configOf()) => {
  const { database } = images.used();
  const urls = publicUrlsOf(config);
  const identity = await identityOf(config, urls, database, runtime);
  return { urls, identity, images: await imagesOf(config, urls, database, identity, loadPolicy(undefined), runtime) };
};

/** Who holds this token, as the compute API knows him: by asking identity. */
const callerOf = async (token: string) => {
  const { identity } = await servicesOf();
  const { user, project, roleNames } = await identity.authenticateToken(token);
  const id = requestId('7b5e11b0-0000-4000-8000-000000000009');
  return { requestId: id, userId: user.id, projectId: project?.id ?? '', roles: roleNames, deadline: 0, authToken: token };
};

const uploaded = async (name: string, token: string): Promise<string> => {
  const { id } = await images.create({ name }, token);
  expect((await images.put(id, DATA, token)).status).toBe(204);
  return id;
};

beforeAll(async () => {
  // The account that the configuration names: `admin` may validate tokens, and read images of every project.
  await images.used().member('nova', 'admin');
});

describe('an api cell with an operator’s own Keystone', () => {
  it('knows a user by his token: project and roles', async () => {
    const { identity } = await servicesOf();
    const alice = images.alice();
    const known = await identity.authenticateToken(alice.token);
    expect(known).toMatchObject({ user: { id: alice.user }, project: { id: alice.project, domain: { name: 'Default' } } });
    expect(known.roleNames).toContain('member');
  });

  it('refuses a token that Keystone does not know', async () => {
    const { identity } = await servicesOf();
    await expect(identity.authenticateToken('gAAAA-not-a-token')).rejects.toMatchObject({ kind: 'unauthenticated' });
  });

  it('names its own account when Keystone refuses that', async () => {
    const { identity } = await servicesOf(configOf('wrong'));
    await expect(identity.authenticateToken(images.alice().token)).rejects.toMatchObject({
      kind: 'unavailable',
      message: "Identity refuses this service's own account 'nova' (401).",
    });
  });

  it('sends users to it, and to the Glance, by its links', async () => {
    const { urls } = await servicesOf();
    const catalog = catalogOf(urls).map(({ type, urls: { public: url } }) => [type, url]);
    expect(Object.fromEntries(catalog)).toMatchObject({ identity: `${images.used().identity.url}/v3`, image: images.used().url });
  });
});

describe('an api cell with an operator’s own Glance', () => {
  it('finds the images that the user may see, by his own token', async () => {
    const { images: glance } = await servicesOf();
    const mine = await uploaded('mine', images.alice().token);
    const theirs = await uploaded('theirs', images.bob().token);
    const alice = await callerOf(images.alice().token);
    expect(await glance.get(alice, mine)).toMatchObject({ name: 'mine', status: 'active', sizeBytes: DATA.length });
    expect((await glance.list(alice, EVERY)).map(({ id }) => id)).toEqual([mine]);
    await expect(glance.get(alice, theirs)).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('gives a host what it needs to fetch a private image', async () => {
    const { images: glance } = await servicesOf();
    const id = await uploaded('mine', images.alice().token);
    const { url, headers } = await glance.downloadGrant(id, { expiresAt: runtime.clock.now() + 60_000 });
    const reply = await fetch(url, { headers });
    expect([reply.status, await reply.text()]).toEqual([200, DATA.toString()]);
  });

  it('makes an image for a user that a host fills, or discards', async () => {
    const { images: glance } = await servicesOf();
    const alice = await callerOf(images.alice().token);
    const { id } = await glance.create(alice, { ...SNAPSHOT, owner: images.alice().project });
    const { put, discard } = await glance.uploadGrant(id, { expiresAt: runtime.clock.now() + 60_000 });
    const headers = { ...put.headers, 'content-type': 'application/octet-stream' };
    expect((await fetch(put.url, { method: 'PUT', headers, body: new Uint8Array(DATA) })).status).toBe(204);
    expect(await glance.get(alice, id)).toMatchObject({ status: 'active', properties: { image_type: 'snapshot' } });
    expect((await fetch(discard.url, { method: 'DELETE', headers: discard.headers })).status).toBe(204);
    await expect(glance.get(alice, id)).rejects.toMatchObject({ kind: 'notFound' });
  });

  it('needs the Keystone too: a Glance does not know the tokens of the embedded identity', async () => {
    const { identity } = images.used().identity;
    const config = configOf();
    expect(() => imagesOf(config, publicUrlsOf(config), images.used().database, identity, loadPolicy(undefined), runtime)).toThrow(
      "images.kind: 'glance' needs identity.kind: 'keystone'",
    );
  });
});
