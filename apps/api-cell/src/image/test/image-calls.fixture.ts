import { readdirSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeAll } from 'vitest';
import { until } from '#testing';
import { type Call, type Member, useImageApi } from './image-api.fixture.js';

/** An image API, two users of different projects, and short words for what tests ask of it. No image outlives its test. */
export const useImageCalls = () => {
  const used = useImageApi();
  const users: { alice?: Member; bob?: Member } = {};
  beforeAll(async () => {
    users.alice = await used().member('alice');
    users.bob = await used().member('bob');
  });
  afterEach(async () => {
    await used().database.query('DELETE FROM images');
    for (const name of readdirSync(used().directory)) rmSync(join(used().directory, name));
  });
  const user = (name: keyof typeof users): Member => {
    const found = users[name];
    if (!found) throw new Error(`${name} is there when the tests run, not before`);
    return found;
  };
  const alice = () => user('alice');

  const call = (method: string, path: string, options?: Call) => used().call(method, path, options);
  const show = async (id: string, token = alice().token) => (await call('GET', `/v2/images/${id}`, { token })).body;
  const fileOf = (id: string) => `${used().url}/v2/images/${id}/file`;
  const dataOf = (token: string) => ({ 'x-auth-token': token, 'content-type': 'application/octet-stream' });

  return {
    used,
    alice,
    bob: () => user('bob'),
    call,
    show,
    create: async (fields: object, token = alice().token) =>
      (await call('POST', '/v2/images', { token, json: { disk_format: 'raw', container_format: 'bare', ...fields } })).body as {
        id: string;
        name: string;
      },
    put: (id: string, data: Buffer, token = alice().token) =>
      fetch(fileOf(id), { method: 'PUT', headers: dataOf(token), body: new Uint8Array(data) }),
    patch: async (id: string, operations: object[], token = alice().token) => {
      const headers = { 'x-auth-token': token, 'content-type': 'application/openstack-images-v2.1-json-patch' };
      const reply = await fetch(`${used().url}/v2/images/${id}`, { method: 'PATCH', headers, body: JSON.stringify(operations) });
      return { status: reply.status, body: await reply.json() };
    },
    names: async (query: string, token = alice().token): Promise<string[]> =>
      (await call('GET', `/v2/images${query}`, { token })).body.images.map((image: { name: string }) => image.name),
    /** An upload that is held open: `send` gives data, `cut` breaks the connection, `end` completes it. */
    slowUpload: (id: string) => {
      const upload = httpRequest(fileOf(id), { method: 'PUT', headers: dataOf(alice().token) });
      const status = new Promise<number>(resolve =>
        upload.on('response', reply => resolve(reply.resume().statusCode ?? 0)).on('error', () => resolve(0)),
      );
      return { send: (data: Buffer) => upload.write(data), cut: () => upload.destroy(), end: () => upload.end(), status };
    },
    saving: (id: string) => until(async () => (await show(id)).status === 'saving', { timeoutMs: 50_000 }),
  };
};
