import { beforeAll, expect, it } from 'vitest';
import type { EmbeddedImages } from '#images';
import { ImageApiModule } from '../../image/image-api.module.js';
import { useImageApi } from '../../image/test/image-api.fixture.js';
import { type Api, nameOf } from './endpoint.js';
import { holdToAccount } from './hold-to-account.js';
import { Judge } from './judge.js';
import { isKeystoneFault } from './keystone-fault.js';
import { nestEndpoints, type Sample } from './nest-endpoints.js';
import { Targets } from './targets.js';

const SAMPLES: Readonly<Record<string, Sample>> = {
  'POST /v2/images': {
    bodies: () => [
      { name: 'sample', disk_format: 'raw', container_format: 'bare', min_disk: 1, min_ram: 1, tags: ['a'], visibility: 'shared' },
      { name: 'sample', protected: false, os_hidden: false, hw_disk_bus: 'virtio' },
    ],
  },
  'PATCH /v2/images/:id': {
    contentType: 'application/openstack-images-v2.1-json-patch',
    bodies: () => [
      [{ op: 'replace', path: '/name', value: 'other' }],
      [
        { op: 'add', path: '/sample', value: 'a' },
        { op: 'replace', path: '/sample', value: 'b' },
        { op: 'remove', path: '/sample' },
      ],
      [{ op: 'replace', path: '/tags', value: ['a', 'b'] }],
    ],
  },
  'POST /v2/images/:id/members': { bodies: () => [{ member: '0123456789abcdef0123456789abcdef' }] },
  'PUT /v2/images/:id/members/:memberId': { bodies: () => [{ status: 'accepted' }] },
  'POST /v2/images/:id/import': { bodies: () => [{ method: { name: 'glance-direct' }, stores: ['default'], all_stores: false }] },
};

const LISTED = ['limit', 'marker', 'sort', 'sort_key', 'sort_dir', 'visibility', 'os_hidden', 'protected', 'tag', 'size_min', 'created_at'];
const QUERY = { '/v2/images': [...LISTED, 'size_max', 'updated_at', 'member_status', 'name', 'status', 'owner', 'id', 'hw_disk_bus'] };

const used = useImageApi();
const unasked = {} as EmbeddedImages;
const api: Api = {
  endpoints: nestEndpoints(ImageApiModule.forRoot({ images: unasked, publicUrl: 'http://image' }), SAMPLES, QUERY),
  prefixes: [''],
  headersAt: () => ({ 'x-auth-token': used().adminToken }),
  parameters: { tag: 'sample' },
};

let judge: Judge;
let targets: Targets;

beforeAll(async () => {
  judge = await Judge.of({ origin: used().url, dataSource: used().database, isFault: isKeystoneFault });
  targets = new Targets(api, sent => judge.ask(sent));
});

it.each(api.endpoints.map(endpoint => [nameOf(endpoint), endpoint] as const))(
  '%s answers every request, refuses with a fault, and changes nothing then',
  async (_, endpoint) => {
    await expect(holdToAccount(endpoint, api, judge, targets)).resolves.toBeUndefined();
  },
);
