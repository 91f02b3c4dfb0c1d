import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ComputeApiFixture, computeApiFixture, IMAGE } from './compute-api.fixture.js';

let api: ComputeApiFixture;
beforeAll(async () => {
  api = await computeApiFixture();
});
afterAll(() => api?.stop());

describe('bodies of creates', () => {
  const refusal = async (server: object, version = '2.1', more: object = {}) => {
    const reply = await api.ask('POST', '/v2.1/servers', {
      version,
      body: { server: { name: 'x', flavorRef: '1', imageRef: IMAGE, ...server }, ...more },
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
    ['a flavor that is too small', { flavorRef: '6' }, "Flavor's memory is too small for requested image."],
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
    const imageRef = IMAGE;
    const block_device_mapping_v2 = [
      { uuid: imageRef, boot_index: 0, source_type: 'image', destination_type: 'local', delete_on_termination: true },
    ];
    await api.boot({ imageRef, block_device_mapping_v2 });
    expect(api.gateway.created.at(-1)?.spec.image?.id).toBe(imageRef);
  });

  it('are tolerated on v2, with unknown keys and spaces around names, and are still checked', async () => {
    const create = (server: object, version?: string) => {
      const body = { server: { name: 'old', flavorRef: '1', imageRef: IMAGE, ...server }, more: {} };
      return api.ask('POST', '/v2/servers', { body, ...(version !== undefined && { version }) });
    };
    const reply = await create({ name: ' old ', colour: 'red', security_groups: [{ name: 'default', of: 'x' }] });
    expect([reply.status, reply.headers.get('openstack-api-version')]).toEqual([202, null]);
    expect(api.gateway.created.at(-1)?.spec.name).toBe('old');
    for (const wrong of [{ name: '  ' }, { name: 5 }, { metadata: { a: 1 } }]) expect((await create(wrong)).status).toBe(400);
    // Microversions are not known there: nothing newer is read, nothing is refused.
    expect((await create({ tags: ['later'] }, '2.90')).status).toBe(202);
    expect(api.gateway.created.at(-1)?.columns.tags).toEqual([]);
  });
});
