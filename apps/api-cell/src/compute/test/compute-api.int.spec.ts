import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, OTHER_PROJECT, PROJECT } from './compute-api.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

describe('discovery', () => {
  it('tells its versions without a token', async () => {
    const root = await api.ask('GET', '/', { token: '' });
    expect(root.json.versions.map((version: { id: string; version: string }) => [version.id, version.version])).toEqual([
      ['v2.0', ''],
      ['v2.1', '2.96'],
    ]);
    const one = await api.ask('GET', '/v2.1/', { token: '' });
    expect(one.json.version).toMatchObject({ id: 'v2.1', status: 'CURRENT', min_version: '2.1', version: '2.96' });
    expect(one.json.version.links[0].href).toBe(`${api.origin}/v2.1/`);
  });

  it('answers 401 as keystonemiddleware does', async () => {
    const reply = await api.ask('GET', '/v2.1/servers', { token: 'nobody' });
    expect([reply.status, reply.json.error.title, reply.headers.get('www-authenticate')]).toEqual([
      401,
      'Unauthorized',
      'Keystone uri="http://identity"',
    ]);
  });

  it('answers unknown paths and methods with a page, never 405', async () => {
    for (const [method, path] of [
      ['GET', '/v2.1/nothing'],
      ['PATCH', '/v2.1/servers'],
      ['GET', '/v2.1/not!a!project/servers'],
    ] as const) {
      const reply = await api.ask(method, path);
      expect([reply.status, reply.headers.get('content-type')]).toEqual([404, 'text/html; charset=UTF-8']);
    }
    expect((await api.ask('GET', '/elsewhere', { token: '' })).status).toBe(300);
  });

  it('routes with the project in the path, and refuses another than the token’s', async () => {
    expect((await api.ask('GET', `/v2.1/${PROJECT}/servers`)).status).toBe(200);
    const reply = await api.ask('GET', `/v2.1/${OTHER_PROJECT}/servers`);
    expect([reply.status, reply.json.badRequest.message]).toEqual([400, expect.stringContaining('Malformed request URL')]);
  });

  it('answers 410 for what is gone for good', async () => {
    const reply = await api.ask('GET', '/v2.1/os-fping');
    expect([reply.status, reply.json]).toEqual([
      410,
      { computeFault: { code: 410, message: 'This resource is no longer available. No forwarding address is given.' } },
    ]);
  });
});

describe('microversions', () => {
  it('tells the version in the headers', async () => {
    const reply = await api.ask('GET', '/v2.1/servers', { version: '2.90' });
    expect(reply.headers.get('openstack-api-version')).toBe('compute 2.90');
    expect(reply.headers.get('x-openstack-nova-api-version')).toBe('2.90');
    expect(reply.headers.get('vary')).toBe('OpenStack-API-Version, X-OpenStack-Nova-API-Version');
    expect(reply.headers.get('x-openstack-request-id')).toMatch(/^req-[0-9a-f-]{36}$/);
    expect(reply.headers.get('x-compute-request-id')).toBe(reply.headers.get('x-openstack-request-id'));
  });

  it('refuses a version that it does not know, and echoes it', async () => {
    const reply = await api.ask('GET', '/v2.1/servers', { version: '2.999' });
    expect([reply.status, reply.headers.get('openstack-api-version')]).toEqual([406, 'compute 2.999']);
    expect(reply.json.computeFault.message).toBe('Version 2.999 is not supported by the API. Minimum is 2.1 and maximum is 2.96.');
  });

  it('hides a route below its version', async () => {
    const uuid = await api.boot();
    expect((await api.ask('GET', `/v2.1/servers/${uuid}/tags`, { version: '2.26' })).json).toEqual({ tags: [] });
    const below = await api.ask('GET', `/v2.1/servers/${uuid}/tags`, { version: '2.25' });
    expect([below.status, below.json]).toEqual([404, { itemNotFound: { code: 404, message: 'The resource could not be found.' } }]);
  });
});

describe('servers', () => {
  it('are made, shown, changed and deleted', async () => {
    const made = await api.ask('POST', '/v2.1/servers', {
      body: { server: { name: 'web', flavorRef: '1', imageRef: '11111111-2222-4333-8444-555555555555', metadata: { a: 'b' } } },
    });
    expect(made.status).toBe(202);
    const { id, adminPass } = made.json.server;
    expect(made.headers.get('location')).toBe(`${api.origin}/v2.1/servers/${id}`);
    expect(adminPass).toHaveLength(12);

    const shown = await api.ask('GET', `/v2.1/servers/${id}`);
    expect(shown.json.server).toMatchObject({
      id,
      name: 'web',
      status: 'ACTIVE',
      tenant_id: PROJECT,
      user_id: 'alice',
      metadata: { a: 'b' },
      created: '2026-01-01T00:00:00Z',
      'OS-EXT-AZ:availability_zone': 'nova',
      'OS-EXT-STS:power_state': 1,
      progress: 0,
      addresses: {},
      flavor: { id: '1' },
    });
    expect(shown.json.server).not.toHaveProperty('OS-EXT-SRV-ATTR:host');

    const changed = await api.ask('PUT', `/v2.1/servers/${id}`, {
      version: '2.90',
      body: { server: { name: 'web2', description: 'hello', hostname: 'w2' } },
    });
    expect([changed.status, changed.json.server.name, changed.json.server.description]).toEqual([200, 'web2', 'hello']);
    expect((await api.ask('GET', `/v2.1/servers/${id}`)).json.server.name).toBe('web2');

    expect(await api.ask('DELETE', `/v2.1/servers/${id}`)).toMatchObject({ status: 204, text: '' });
    const gone = await api.ask('GET', `/v2.1/servers/${id}`);
    expect([gone.status, gone.json.itemNotFound.message]).toEqual([404, `Instance ${id} could not be found.`]);
  });

  it('show an administrator where they are', async () => {
    const uuid = await api.boot();
    const { server } = (await api.ask('GET', `/v2.1/servers/${uuid}`, { token: 'admin', version: '2.96' })).json;
    expect(server).toMatchObject({
      'OS-EXT-SRV-ATTR:host': 'h1',
      'OS-EXT-SRV-ATTR:hypervisor_hostname': 'h1.example.org',
      host_status: 'UP',
      pinned_availability_zone: null,
    });
  });

  it('are nobody else’s', async () => {
    const uuid = await api.boot();
    for (const [method, path] of [
      ['GET', ''],
      ['DELETE', ''],
      ['GET', '/metadata'],
      ['GET', '/os-instance-actions'],
    ] as const) {
      expect((await api.ask(method, `/v2.1/servers/${uuid}${path}`, { token: 'other' })).status).toBe(404);
    }
    expect((await api.ask('GET', '/v2.1/servers', { token: 'other' })).json.servers).toEqual([]);
  });

  it('may be read and not made by a reader', async () => {
    const uuid = await api.boot();
    expect((await api.ask('GET', `/v2.1/servers/${uuid}`, { token: 'reader' })).status).toBe(200);
    const reply = await api.ask('DELETE', `/v2.1/servers/${uuid}`, { token: 'reader' });
    expect([reply.status, reply.json.forbidden.message]).toEqual([
      403,
      "Policy doesn't allow os_compute_api:servers:delete to be performed.",
    ]);
  });

  it('come several at once, numbered', async () => {
    const reply = await api.ask('POST', '/v2.1/servers', {
      token: 'other',
      body: {
        server: {
          name: 'many',
          flavorRef: '1',
          imageRef: '11111111-2222-4333-8444-555555555555',
          min_count: 2,
          max_count: 3,
          return_reservation_id: true,
        },
      },
    });
    const { servers } = (
      await api.ask('GET', `/v2.1/servers/detail?reservation_id=${reply.json.reservation_id}&sort_key=display_name&sort_dir=asc`, {
        token: 'other',
      })
    ).json;
    expect(servers.map((server: { name: string }) => server.name)).toEqual(['many-1', 'many-2', 'many-3']);
  });

  it('are refused over the quota in Nova’s words', async () => {
    await api.ask('PUT', `/v2.1/os-quota-sets/${OTHER_PROJECT}`, { token: 'admin', body: { quota_set: { instances: 3 } } });
    await api.clock.advance(1500);
    const reply = await api.ask('POST', '/v2.1/servers', {
      token: 'other',
      body: { server: { name: 'x', flavorRef: '1', imageRef: '11111111-2222-4333-8444-555555555555' } },
    });
    expect([reply.status, reply.json.forbidden.message]).toEqual([
      403,
      'Quota exceeded for instances: Requested 1, but already used 3 of 3 instances',
    ]);
  });

  it('are listed again after every change, by whomever', async () => {
    const uuid = await api.boot({ name: 'fresh' });
    const status = async () =>
      (await api.ask('GET', '/v2.1/servers/detail?name=^fresh$')).json.servers.map((server: { status: string }) => server.status);
    expect(await status()).toEqual(['ACTIVE']);
    await api.dataSource.query("UPDATE instances SET vm_state = 'stopped', power_state = 4 WHERE uuid = ?", [uuid]);
    expect(await status()).toEqual(['SHUTOFF']);
    await api.dataSource.query("UPDATE host_mirrors SET zone = 'west'");
    await api.clock.advance(1500);
    expect((await api.ask('GET', `/v2.1/servers/${uuid}`)).json.server['OS-EXT-AZ:availability_zone']).toBe('west');
    await api.dataSource.query("UPDATE host_mirrors SET zone = 'nova'");
    await api.clock.advance(1500);
  });

  it('tell their fault, and its details to administrators only', async () => {
    api.gateway.instant = false;
    const uuid = await api.boot({ name: 'failed' });
    expect((await api.ask('GET', `/v2.1/servers/${uuid}`)).json.server).toMatchObject({
      status: 'BUILD',
      'OS-EXT-STS:task_state': 'scheduling',
    });
    await api.gateway.fail(uuid, 'No valid host was found.');
    api.gateway.instant = true;
    const fault = async (token: string) => (await api.ask('GET', `/v2.1/servers/${uuid}`, { token })).json.server.fault;
    expect(await fault('member')).toEqual({ code: 500, message: 'No valid host was found.', created: expect.any(String) });
    expect(await fault('admin')).toMatchObject({ details: 'the trail' });
  });
});

describe('pages of servers', () => {
  it('neither overlap nor miss one', async () => {
    for (let index = 0; index < 5; index++) await api.boot({ name: `page${index}` });
    const seen: string[] = [];
    let path: string | undefined = '/v2.1/servers?limit=2&name=^page&sort_key=display_name&sort_dir=asc';
    while (path !== undefined) {
      const { servers, servers_links: links }: { servers: { name: string }[]; servers_links?: { href: string }[] } = (
        await api.ask('GET', path)
      ).json;
      seen.push(...servers.map(server => server.name));
      path = links?.[0]?.href.slice(api.origin.length);
    }
    expect(seen).toEqual(['page0', 'page1', 'page2', 'page3', 'page4']);
  });

  it('refuse a marker that is no server', async () => {
    const reply = await api.ask('GET', '/v2.1/servers?marker=99999999-0000-4000-8000-000000000000');
    expect([reply.status, reply.json.badRequest.message]).toEqual([400, 'marker [99999999-0000-4000-8000-000000000000] not found']);
  });
});

describe('filters of servers', () => {
  const names = async (query: string, token = 'member', version = '2.1') =>
    (await api.ask('GET', `/v2.1/servers?${query}`, { token, version })).json.servers.map((server: { name: string }) => server.name).sort();

  it('find by status, flavor and tags', async () => {
    const reply = await api.ask('POST', '/v2.1/servers', {
      version: '2.52',
      body: {
        server: {
          name: 'f-tagged',
          flavorRef: '2',
          imageRef: '11111111-2222-4333-8444-555555555555',
          networks: 'none',
          tags: ['red', 'big'],
        },
      },
    });
    expect(reply.status).toBe(202);
    await api.ask('POST', `/v2.1/servers/${reply.json.server.id}/action`, { body: { 'os-stop': null } });
    expect(await names('status=SHUTOFF&name=f-')).toEqual(['f-tagged']);
    expect(await names('flavor=2&name=f-')).toEqual(['f-tagged']);
    expect(await names('tags=red,big&name=f-', 'member', '2.26')).toEqual(['f-tagged']);
    expect(await names('tags=red,small&name=f-', 'member', '2.26')).toEqual([]);
    expect(await names('not-tags=red&name=f-', 'member', '2.26')).toEqual([]);
  });

  it('refuse all_tenants and unknown parameters where Nova does', async () => {
    expect((await api.ask('GET', '/v2.1/servers?all_tenants=1')).status).toBe(403);
    expect((await api.ask('GET', '/v2.1/servers?all_tenants=1', { token: 'admin' })).status).toBe(200);
    expect((await api.ask('GET', '/v2.1/servers?bogus=1', { version: '2.74' })).status).toBe(200);
    const strict = await api.ask('GET', '/v2.1/servers?bogus=1', { version: '2.75' });
    expect([strict.status, strict.json.badRequest.message]).toEqual([
      400,
      "Additional properties are not allowed ('bogus' was unexpected)",
    ]);
    expect((await api.ask('GET', '/v2.1/servers?status=bogus', { version: '2.37' })).json.servers).toEqual([]);
    expect((await api.ask('GET', '/v2.1/servers?status=bogus', { version: '2.38' })).status).toBe(400);
    expect((await api.ask('GET', '/v2.1/servers?name=(')).status).toBe(400);
    expect((await api.ask('GET', '/v2.1/servers?limit=-1')).status).toBe(400);
  });

  it('show an administrator the deleted ones, and everybody what changed since', async () => {
    const uuid = await api.boot({ name: 'f-deleted' });
    await api.ask('DELETE', `/v2.1/servers/${uuid}`);
    expect(await names('name=f-deleted')).toEqual([]);
    expect(await names('name=f-deleted&deleted=1', 'admin')).toEqual(['f-deleted']);
    const since = encodeURIComponent('2026-01-01T00:00:00Z');
    const { servers } = (await api.ask('GET', `/v2.1/servers/detail?name=f-deleted&changes-since=${since}`)).json;
    expect(servers.map((server: { status: string }) => server.status)).toEqual(['DELETED']);
  });
});

describe('actions', () => {
  it('stop, start and reboot, and are recorded', async () => {
    const uuid = await api.boot();
    const act = (body: object) => api.ask('POST', `/v2.1/servers/${uuid}/action`, { body });
    expect(await act({ 'os-stop': null })).toMatchObject({ status: 202, text: '' });
    const refused = await act({ 'os-stop': null });
    expect([refused.status, refused.json.conflictingRequest.message]).toEqual([
      409,
      `Cannot 'stop' instance ${uuid} while it is in vm_state stopped`,
    ]);
    expect((await act({ 'os-start': null })).status).toBe(202);
    expect((await act({ reboot: { type: 'SOFT' } })).status).toBe(202);

    const { instanceActions } = (await api.ask('GET', `/v2.1/servers/${uuid}/os-instance-actions`, { version: '2.58' })).json;
    expect(instanceActions.map((one: { action: string }) => one.action).sort()).toEqual(['create', 'reboot', 'start', 'stop']);
    const [{ request_id: requestId }] = instanceActions;
    const events = async (token: string, version: string) =>
      (await api.ask('GET', `/v2.1/servers/${uuid}/os-instance-actions/${requestId}`, { token, version })).json.instanceAction.events;
    expect(await events('member', '2.50')).toBeUndefined();
    expect(Object.keys((await events('member', '2.51'))[0])).not.toContain('traceback');
    expect((await events('admin', '2.84'))[0]).toMatchObject({ host: 'h1', result: 'Success', traceback: null, details: null });
  });

  it('refuse what is none', async () => {
    const uuid = await api.boot();
    const act = (body: unknown) => api.ask('POST', `/v2.1/servers/${uuid}/action`, { body });
    expect((await act({ fly: {} })).json.badRequest.message).toBe('There is no such action: fly');
    expect((await act({ a: 1, b: 2 })).json.badRequest.message).toBe('Malformed request body');
    expect((await act({ reboot: { type: 'WARM' } })).json.badRequest.message).toContain(
      'Invalid input for field/attribute type. Value: WARM.',
    );
  });

  it('pause, suspend and set a password, each where it is allowed', async () => {
    const uuid = await api.boot();
    const act = async (body: object, version = '2.1', token = 'member') =>
      (await api.ask('POST', `/v2.1/servers/${uuid}/action`, { body, version, token })).status;
    const status = async () => (await api.ask('GET', `/v2.1/servers/${uuid}`)).json.server.status;
    expect([await act({ unpause: null }), await act({ pause: null }), await act({ pause: null }), await status()]).toEqual([
      409,
      202,
      409,
      'PAUSED',
    ]);
    expect([await act({ unpause: null }), await act({ suspend: null }), await status()]).toEqual([202, 202, 'SUSPENDED']);
    expect([await act({ changePassword: { adminPass: 'secret' } }), await act({ resume: null }), await status()]).toEqual([
      409,
      202,
      'ACTIVE',
    ]);
    expect([await act({ changePassword: { adminPass: 'secret' } }), await act({ changePassword: {} })]).toEqual([202, 400]);
    expect([await act({ trigger_crash_dump: null }, '2.16'), await act({ trigger_crash_dump: null }, '2.17')]).toEqual([404, 202]);
    const reset = { 'os-resetState': { state: 'error' } };
    expect([await act(reset), await act(reset, '2.1', 'admin'), await status()]).toEqual([403, 202, 'ERROR']);
    expect(await act({ 'os-resetState': { state: 'deleted' } }, '2.1', 'admin')).toBe(400);
  });

  it('are refused while the server is locked, but for an administrator', async () => {
    const uuid = await api.boot();
    const path = `/v2.1/servers/${uuid}`;
    const act = (body: object, version = '2.1', token = 'member') => api.ask('POST', `${path}/action`, { body, version, token });
    const shown = async (version: string) => {
      const { locked, locked_reason: reason } = (await api.ask('GET', path, { version })).json.server;
      return [locked, reason];
    };
    expect(await shown('2.73')).toEqual([false, null]);
    expect((await act({ lock: { locked_reason: 'mine' } }, '2.73')).status).toBe(202);
    expect([await shown('2.8'), await shown('2.9'), await shown('2.73')]).toEqual([
      [undefined, undefined],
      [true, undefined],
      [true, 'mine'],
    ]);
    expect((await act({ lock: { why: 'mine' } }, '2.73')).status).toBe(400);
    const refused = [
      await act({ 'os-stop': null }),
      await api.ask('POST', `${path}/metadata`, { body: { metadata: { a: 'b' } } }),
      await api.ask('DELETE', path),
    ];
    for (const { status, json } of refused) expect([status, json.conflictingRequest.message]).toEqual([409, `Instance ${uuid} is locked`]);
    const listed = async (locked: boolean) =>
      (await api.ask('GET', `/v2.1/servers?locked=${locked}`, { version: '2.73' })).json.servers.map((one: { id: string }) => one.id);
    expect([(await listed(true)).includes(uuid), (await listed(false)).includes(uuid)]).toEqual([true, false]);
    expect((await act({ 'os-stop': null }, '2.1', 'admin')).status).toBe(202);
    expect([(await act({ unlock: null })).status, await shown('2.73')]).toEqual([202, [false, null]]);
    expect((await api.ask('DELETE', path)).status).toBe(204);
  });

  it('give the console', async () => {
    const uuid = await api.boot();
    const consoleOf = async (options: object) =>
      (await api.ask('POST', `/v2.1/servers/${uuid}/action`, { body: { 'os-getConsoleOutput': options } })).json;
    expect(await consoleOf({})).toEqual({ output: 'one\ntwo\nthree' });
    expect(await consoleOf({ length: 1 })).toEqual({ output: 'three' });
    expect(await consoleOf({ length: '-1' })).toEqual({ output: 'one\ntwo\nthree' });
  });
});

describe('metadata and tags', () => {
  it('are written and read one by one and together', async () => {
    const uuid = await api.boot({ metadata: { a: '1' } });
    const path = `/v2.1/servers/${uuid}/metadata`;
    expect((await api.ask('POST', path, { body: { metadata: { b: '2' } } })).json).toEqual({ metadata: { a: '1', b: '2' } });
    expect((await api.ask('PUT', `${path}/c`, { body: { meta: { c: '3' } } })).json).toEqual({ meta: { c: '3' } });
    expect((await api.ask('DELETE', `${path}/a`)).status).toBe(204);
    expect((await api.ask('GET', `${path}/a`)).status).toBe(404);
    expect((await api.ask('GET', path)).json).toEqual({ metadata: { b: '2', c: '3' } });
    expect((await api.ask('GET', `/v2.1/servers/${uuid}`)).json.server.metadata).toEqual({ b: '2', c: '3' });

    const tags = `/v2.1/servers/${uuid}/tags`;
    expect((await api.ask('PUT', `${tags}/blue`, { version: '2.26' })).status).toBe(201);
    expect((await api.ask('PUT', `${tags}/blue`, { version: '2.26' })).status).toBe(204);
    expect((await api.ask('GET', `${tags}/blue`, { version: '2.26' })).status).toBe(204);
    expect((await api.ask('GET', `${tags}/red`, { version: '2.26' })).status).toBe(404);
    expect((await api.ask('GET', tags, { version: '2.26' })).json).toEqual({ tags: ['blue'] });
  });

  it('of one server survive writers at the same time', async () => {
    const uuid = await api.boot();
    const keys = Array.from({ length: 8 }, (_, index) => `k${index}`);
    await Promise.all(keys.map(key => api.ask('PUT', `/v2.1/servers/${uuid}/metadata/${key}`, { body: { meta: { [key]: 'v' } } })));
    expect(Object.keys((await api.ask('GET', `/v2.1/servers/${uuid}/metadata`)).json.metadata).sort()).toEqual(keys);
  });
});

describe('bodies of creates', () => {
  const refusal = async (server: object, version = '2.1', more: object = {}) => {
    const reply = await api.ask('POST', '/v2.1/servers', {
      version,
      body: { server: { name: 'x', flavorRef: '1', imageRef: '11111111-2222-4333-8444-555555555555', ...server }, ...more },
    });
    return [reply.status, reply.json.badRequest?.message ?? reply.text];
  };

  it.each([
    ['an empty name', { name: '' }, "Invalid input for field/attribute name. Value: . '' is too short"],
    [
      'a name of spaces',
      { name: '  ' },
      "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.",
    ],
    ['an unknown flavor', { flavorRef: 'nope' }, 'Flavor nope could not be found.'],
    ['an unknown image', { imageRef: '00000000-2222-4333-8444-555555555555' }, 'Can not find requested image'],
    ['no image', { imageRef: '' }, 'Invalid imageRef provided.'],
    ['a flavor that is too small', { flavorRef: '42' }, "Flavor's memory is too small for requested image."],
    ['an unknown key', { key_name: 'nope' }, 'Invalid key_name provided.'],
    ['an unknown zone', { availability_zone: 'mars' }, 'The requested availability zone is not available'],
    ['a network', { networks: [{ uuid: 'n1' }] }, 'Network n1 could not be found.'],
    ['a security group', { security_groups: [{ name: 'web' }] }, 'Security group web not found.'],
    ['counts upside down', { min_count: 3, max_count: 2 }, 'min_count must be <= max_count'],
    [
      'a volume',
      { block_device_mapping_v2: [{ source_type: 'volume', destination_type: 'volume', boot_index: 0, uuid: 'v' }] },
      'block_device_mapping_v2[0]: only one device is available: source_type image, destination_type local, boot_index 0',
    ],
  ])('with %s are refused', async (_, server, message) => {
    expect(await refusal(server)).toEqual([400, message]);
  });

  it('with what belongs to a later version are refused', async () => {
    const [status, message] = await refusal({ networks: 'none', tags: ['a'] }, '2.51');
    expect([status, message]).toEqual([400, expect.stringContaining("Additional properties are not allowed ('tags' was unexpected)")]);
    expect(await refusal({}, '2.37')).toEqual([400, expect.stringContaining("'networks' is a required property")]);
  });

  it('may name the image as a block device, as the openstack client does', async () => {
    const imageRef = '11111111-2222-4333-8444-555555555555';
    const block_device_mapping_v2 = [
      { uuid: imageRef, boot_index: 0, source_type: 'image', destination_type: 'local', delete_on_termination: true },
    ];
    await api.boot({ imageRef, block_device_mapping_v2 });
    expect(api.gateway.created.at(-1)?.spec.image?.id).toBe(imageRef);
  });

  it('are tolerated on v2, unknown keys and all', async () => {
    const reply = await api.ask('POST', '/v2/servers', {
      body: { server: { name: 'old', flavorRef: '1', imageRef: '11111111-2222-4333-8444-555555555555', colour: 'red' } },
    });
    expect([reply.status, reply.headers.get('openstack-api-version')]).toEqual([202, null]);
  });
});

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

describe('quotas and limits', () => {
  it('are shown, changed and reset', async () => {
    const path = `/v2.1/os-quota-sets/${PROJECT}`;
    expect((await api.ask('GET', path)).json.quota_set).toMatchObject({
      id: PROJECT,
      instances: 100,
      cores: 20,
      ram: 51200,
      floating_ips: -1,
      injected_files: 5,
    });
    expect((await api.ask('GET', path, { version: '2.57' })).json.quota_set).not.toHaveProperty('injected_files');
    const changed = await api.ask('PUT', path, { token: 'admin', body: { quota_set: { cores: '99', force: true } } });
    expect([changed.status, changed.json.quota_set.cores]).toEqual([200, 99]);
    expect((await api.ask('GET', `${path}/detail`)).json.quota_set.cores).toMatchObject({ limit: 99, reserved: 0 });
    expect((await api.ask('GET', '/v2.1/limits')).json.limits.absolute).toMatchObject({
      maxTotalCores: 99,
      maxServerMeta: 128,
      totalInstancesUsed: expect.any(Number),
    });
    expect((await api.ask('PUT', path, { token: 'admin', body: { quota_set: { instances: 1 } } })).json.badRequest.message).toContain(
      'Quota limit 1 for instances must be greater',
    );
    expect(await api.ask('DELETE', path, { token: 'admin' })).toMatchObject({ status: 202, text: '' });
    expect((await api.ask('GET', `${path}/defaults`)).json.quota_set.cores).toBe(20);
    expect((await api.ask('GET', path)).json.quota_set.cores).toBe(20);
  });

  it('of another project are an administrator’s', async () => {
    expect((await api.ask('GET', `/v2.1/os-quota-sets/${OTHER_PROJECT}`)).status).toBe(403);
    expect((await api.ask('GET', `/v2.1/limits?tenant_id=${OTHER_PROJECT}`)).status).toBe(403);
    expect((await api.ask('PUT', `/v2.1/os-quota-sets/${PROJECT}`, { body: { quota_set: { cores: 5 } } })).status).toBe(403);
  });

  it('of the default class are everybody’s defaults', async () => {
    const admin = { token: 'admin', version: '2.50' } as const;
    expect(
      (await api.ask('PUT', '/v2.1/os-quota-class-sets/default', { ...admin, body: { quota_class_set: { metadata_items: 7 } } })).json
        .quota_class_set.metadata_items,
    ).toBe(7);
    expect((await api.ask('GET', `/v2.1/os-quota-sets/${PROJECT}`)).json.quota_set.metadata_items).toBe(7);
    await api.ask('PUT', '/v2.1/os-quota-class-sets/default', { ...admin, body: { quota_class_set: { metadata_items: 128 } } });
  });
});

describe('hosts', () => {
  const admin = (version: string) => ({ token: 'admin', version });

  it('are shown as zones, services and hypervisors', async () => {
    expect((await api.ask('GET', '/v2.1/os-availability-zone')).json.availabilityZoneInfo).toEqual([
      { zoneName: 'nova', zoneState: { available: true }, hosts: null },
    ]);
    expect(
      (await api.ask('GET', '/v2.1/os-availability-zone/detail', admin('2.1'))).json.availabilityZoneInfo[0].hosts.h1['nova-compute'],
    ).toMatchObject({ active: true, available: true });
    expect((await api.ask('GET', '/v2.1/os-services', admin('2.53'))).json.services[0]).toMatchObject({
      id: '99999999-8888-4777-8666-555555555555',
      binary: 'nova-compute',
      host: 'h1',
      state: 'up',
      forced_down: false,
    });
    expect((await api.ask('GET', '/v2.1/os-hypervisors', admin('2.1'))).json.hypervisors).toEqual([
      { id: 1, hypervisor_hostname: 'h1.example.org', state: 'up', status: 'enabled' },
    ]);
    expect((await api.ask('GET', '/v2.1/os-hypervisors/detail', admin('2.87'))).json.hypervisors[0]).toMatchObject({
      vcpus: 8,
      memory_mb_used: 1024,
      free_ram_mb: 15360,
      cpu_info: { arch: 'x86_64' },
    });
    expect((await api.ask('GET', '/v2.1/os-hypervisors/statistics', admin('2.87'))).json.hypervisor_statistics).toMatchObject({
      count: 1,
      vcpus: 8,
    });
    expect((await api.ask('GET', '/v2.1/os-hypervisors/statistics', admin('2.88'))).status).toBe(404);
    const detail = (await api.ask('GET', '/v2.1/os-hypervisors/99999999-8888-4777-8666-555555555555', admin('2.88'))).json.hypervisor;
    expect([detail.uptime, 'vcpus' in detail]).toEqual(['', false]);
    expect((await api.ask('GET', '/v2.1/os-hypervisors/1', admin('2.52'))).json.hypervisor.id).toBe(1);
  });

  it('are for administrators', async () => {
    for (const path of ['os-services', 'os-hypervisors', 'os-availability-zone/detail'])
      expect((await api.ask('GET', `/v2.1/${path}`)).status).toBe(403);
  });
});

describe('cells', () => {
  it('are for administrators, at every microversion', async () => {
    expect((await api.ask('GET', '/v2.1/os-cells')).json.forbidden.message).toBe(
      "Policy doesn't allow os_compute_api:os-cells to be performed.",
    );
    for (const version of ['2.1', '2.53', '2.90']) {
      const reply = await api.ask('GET', `/v2.1/${PROJECT}/os-cells/info`, { token: 'admin', version });
      expect([reply.status, reply.json.cell]).toEqual([200, expect.objectContaining({ name: 'api', type: 'self', rpc_host: null })]);
    }
  });

  it('that do not exist are not found, and refusals name the field', async () => {
    const reply = await api.ask('GET', '/v2.1/os-cells/west%21a', { token: 'admin' });
    expect([reply.status, reply.json.itemNotFound.message]).toEqual([404, 'Cell api!west could not be found.']);
    const limit = await api.ask('GET', '/v2.1/os-cells?limit=x', { token: 'admin' });
    expect([limit.status, limit.json.badRequest.message]).toEqual([400, expect.stringContaining('limit')]);
  });
});
