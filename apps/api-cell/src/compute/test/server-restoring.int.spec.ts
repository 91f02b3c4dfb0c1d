import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, faultOf } from './compute-api.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture({}, undefined, { reclaimSeconds: 600 });
});
afterAll(() => api?.stop());

const act = (id: string, body: object, token = 'member') => api.ask('POST', `/v2.1/servers/${id}/action`, { token, body });
const statusOf = async (id: string) => (await api.ask('GET', `/v2.1/servers/${id}`)).json.server?.status;
const deleted = async (name: string): Promise<string> => {
  const id = await api.boot({ name });
  expect((await api.ask('DELETE', `/v2.1/servers/${id}`)).status).toBe(204);
  return id;
};
const listed = async (query: string, token = 'member'): Promise<string[]> =>
  (await api.ask('GET', `/v2.1/servers?${query}`, { token })).json.servers.map((server: { name: string }) => server.name);

describe('a server that is deleted where deleted servers are kept', () => {
  it('is shown as SOFT_DELETED, and is restored', async () => {
    const id = await deleted('back');
    expect(await statusOf(id)).toBe('SOFT_DELETED');
    expect((await act(id, { 'os-start': null })).status).toBe(409);
    expect((await act(id, { restore: null })).status).toBe(202);
    expect(await statusOf(id)).toBe('ACTIVE');
  });

  it('is left out of lists, but for administrators who ask for it', async () => {
    await deleted('hidden');
    expect(await listed('name=hidden')).toEqual([]);
    expect(await listed('name=hidden', 'admin')).toEqual([]);
    for (const query of ['status=SOFT_DELETED', 'soft_deleted=true', 'deleted=true'])
      expect([query, ...(await listed(`name=hidden&${query}`, 'admin'))]).toEqual([query, 'hidden']);
    expect(await listed('name=hidden&soft_deleted=true')).toEqual([]);
  });

  it('is deleted at once by forceDelete, in every state', async () => {
    for (const id of [await deleted('gone'), await api.boot()]) {
      expect((await act(id, { forceDelete: null })).status).toBe(202);
      expect((await api.ask('GET', `/v2.1/servers/${id}`)).status).toBe(404);
    }
  });

  it('is restored by its members only, and only when there is something to restore', async () => {
    const id = await api.boot();
    expect(faultOf(await act(id, { restore: null }))).toEqual([409, `Cannot 'restore' instance ${id} while it is in vm_state active`]);
    const nobody = '99999999-0000-4000-8000-000000000000';
    expect(faultOf(await act(nobody, { restore: null }))).toEqual([404, `Instance ${nobody} could not be found.`]);
    expect((await act(await deleted('read'), { restore: null }, 'reader')).status).toBe(403);
  });
});
