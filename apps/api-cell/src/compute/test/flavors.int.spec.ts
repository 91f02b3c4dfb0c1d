import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, faultOf, PROJECT } from './compute-api.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

describe('flavors', () => {
  it('are made, described, given to a project and deleted, and the tree hears of it', async () => {
    const before = api.flavorChanges();
    const admin = { token: 'admin' } as const;
    const made = await api.ask('POST', '/v2.1/flavors', {
      ...admin,
      body: { flavor: { name: 'secret', id: 'auto', ram: 64, vcpus: 1, disk: 1, 'os-flavor-access:is_public': false } },
    });
    const { id } = made.json.flavor;
    expect([made.status, made.json.flavor.swap]).toEqual([200, '']);
    expect((await api.ask('GET', `/v2.1/flavors/${id}`)).status).toBe(404);
    await api.ask('POST', `/v2.1/flavors/${id}/action`, { ...admin, body: { addTenantAccess: { tenant: PROJECT } } });
    expect((await api.ask('GET', `/v2.1/flavors/${id}`)).status).toBe(200);
    const again = await api.ask('POST', `/v2.1/flavors/${id}/action`, { ...admin, body: { addTenantAccess: { tenant: PROJECT } } });
    expect(again.status).toBe(409);
    await api.ask('POST', `/v2.1/flavors/${id}/os-extra_specs`, { ...admin, body: { extra_specs: { 'hw:cpu_policy': 'shared', n: 1 } } });
    expect((await api.ask('GET', `/v2.1/flavors/${id}`, { version: '2.61' })).json.flavor.extra_specs).toEqual({
      'hw:cpu_policy': 'shared',
      n: '1',
    });
    expect((await api.ask('DELETE', `/v2.1/flavors/${id}/os-extra_specs/n`, admin)).status).toBe(200);
    expect(
      (await api.ask('PUT', `/v2.1/flavors/${id}`, { ...admin, version: '2.55', body: { flavor: { description: 'd' } } })).json.flavor
        .description,
    ).toBe('d');
    expect(await api.ask('DELETE', `/v2.1/flavors/${id}`, admin)).toMatchObject({ status: 202, text: '' });
    expect((await api.ask('DELETE', `/v2.1/flavors/${id}`, admin)).status).toBe(404);
    expect(api.flavorChanges() - before).toBe(6);
  });

  it('are listed, sorted and paged', async () => {
    const { flavors, flavors_links: links } = (await api.ask('GET', '/v2.1/flavors/detail?sort_key=memory_mb&sort_dir=desc&limit=2')).json;
    expect(flavors.map((flavor: { name: string }) => flavor.name)).toEqual(['m1.xlarge', 'm1.large']);
    const next = await api.ask('GET', links[0].href.slice(api.origin.length));
    expect(next.json.flavors.map((flavor: { name: string }) => flavor.name)).toEqual(['m1.medium', 'm1.small']);
    expect((await api.ask('GET', '/v2.1/flavors?minRam=8192')).json.flavors).toHaveLength(2);
    expect((await api.ask('GET', '/v2.1/flavors?minRam=x')).status).toBe(400);
  });

  it('that are private are listed for an administrator who asks for them, in any spelling', async () => {
    const flavor = { name: 'hidden', ram: 1, vcpus: 1, disk: 0, 'os-flavor-access:is_public': false };
    await api.admin('POST', '/flavors', { flavor });
    const lists = async (is_public: string): Promise<boolean> =>
      (await api.admin('GET', `/flavors?is_public=${is_public}`)).json.flavors.some(({ name }: { name: string }) => name === 'hidden');
    for (const no of ['f', 'False', 'off', '0', 'NO', 'None']) expect([no, await lists(no)]).toEqual([no, true]);
    for (const yes of ['t', 'True', 'on', '1', 'Y']) expect([yes, await lists(yes)]).toEqual([yes, false]);
    expect((await api.admin('GET', '/flavors?is_public=maybe')).status).toBe(400);
  });

  it('have extra specs that mean something, from 2.86 on', async () => {
    const put = async (spec: object, version: string) =>
      faultOf(await api.admin('POST', '/flavors/1/os-extra_specs', { extra_specs: spec }, version));
    const refusal = "Validation failed; extra spec 'hw:colour' does not appear to be a valid extra spec.";
    expect(await put({ 'hw:colour': 'red' }, '2.86')).toEqual([400, refusal]);
    const one = await api.admin('PUT', '/flavors/1/os-extra_specs/hw:colour', { 'hw:colour': 'red' }, '2.86');
    expect(faultOf(one)).toEqual([400, refusal]);
    expect((await put({ 'hw:colour': 'red' }, '2.85'))[0]).toBe(200);
    await api.admin('DELETE', '/flavors/1/os-extra_specs/hw:colour');
  });

  it('of the same name or id conflict', async () => {
    const make = async (flavor: object) =>
      (
        await api.ask('POST', '/v2.1/flavors', {
          token: 'admin',
          body: { flavor: { name: 'm1.tiny', ram: 1, vcpus: 1, disk: 0, ...flavor } },
        })
      ).json.conflictingRequest.message;
    expect(await make({})).toBe('Flavor with name m1.tiny already exists.');
    expect(await make({ name: 'new', id: '1' })).toBe('Flavor with ID 1 already exists.');
  });
});
