import { expect, it } from 'vitest';
import { ApiVersion } from '#microversion';
import { routeTable } from './route-table.fixture.js';

const IMAGE = '11111111-2222-4333-8444-555555555555';
const LONG = 'x'.repeat(300);

/** What becomes of a body at a microversion. @param name `POST /flavors`, with the name of an action behind it */
const takes = (name: string, minor: number, body: object): boolean => {
  const found = routeTable()
    .flatMap(({ method, path, endpoints }) =>
      endpoints.map(one => ({ ...one, name: [method, path, one.action].filter(Boolean).join(' ') })),
    )
    .find(one => one.name === name);
  if (!found?.body) throw new Error(`${name} takes no body`);
  return found.body(ApiVersion.of(`2.${minor}`)).safeParse(body).success;
};
const flavor = (fields: object) => ({ flavor: { name: 'f', ram: 1, vcpus: 1, disk: 0, ...fields } });
const server = (fields: object) => ({ server: { name: 's', flavorRef: '1', imageRef: IMAGE, networks: 'none', ...fields } });

/** Bodies of which the schemas that OpenStack publishes are the judge: some that they take, some that they refuse. */
it.each<[name: string, minor: number, taken: object[], refused: object[]]>([
  [
    'POST /flavors',
    55,
    [flavor({}), flavor({ id: 1.5 }), flavor({ id: null, description: 'a\u3000b' }), flavor({ description: null, rxtx_factor: '1.5' })],
    [
      flavor({ id: '' }),
      flavor({ id: ' a' }),
      flavor({ description: 'a\u202eb' }),
      flavor({ rxtx_factor: 0 }),
      flavor({ disk: -1 }),
      flavor({ x: 1 }),
    ],
  ],
  ['POST /flavors', 54, [flavor({})], [flavor({ description: 'd' })]],
  [
    'PUT /flavors/:id',
    55,
    [{ flavor: { description: '' } }, { flavor: { description: null } }, { flavor: { description: 'x'.repeat(65535) } }],
    [{ flavor: {} }, { flavor: { description: 1 } }, { flavor: { description: 'a\u2028b' } }, { flavor: { description: 'd', name: 'n' } }],
  ],
  [
    'POST /servers',
    90,
    [server({ name: '服务器 😀' }), server({ description: '' }), server({ adminPass: LONG })],
    [server({ name: 'a\u200bb' }), server({ name: 'a\ue000' }), server({ description: 'a\nb' }), server({ description: '\ud800' })],
  ],
  [
    'POST /servers/:id/action rebuild',
    90,
    [{ rebuild: { imageRef: IMAGE, adminPass: LONG } }],
    [{ rebuild: { imageRef: IMAGE, name: '\u2029' } }],
  ],
  ['POST /servers/:id/action rescue', 1, [{ rescue: null }, { rescue: { adminPass: LONG } }], [{ rescue: { adminPass: 1 } }]],
  ['POST /servers/:id/action evacuate', 95, [{ evacuate: { host: 'h_1.example.org', adminPass: LONG } }], [{ evacuate: { host: '' } }]],
  [
    'POST /servers/:id/action migrate',
    56,
    [
      { migrate: null },
      { migrate: { host: null } },
      { migrate: { host: 'compute_1.example.org' } },
      { migrate: { host: 'h'.repeat(255) } },
    ],
    [{ migrate: { host: '' } }, { migrate: { host: 'a b' } }, { migrate: { host: LONG } }, { migrate: { force: true } }],
  ],
])('%s at 2.%i takes what the published schema takes', (name, minor, taken, refused) => {
  const seen = [...taken, ...refused].map(body => [body, takes(name, minor, body)]);
  expect(seen).toEqual([...taken.map(body => [body, true]), ...refused.map(body => [body, false])]);
});
