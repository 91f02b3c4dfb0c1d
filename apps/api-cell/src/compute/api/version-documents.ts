import { NEWEST, OLDEST } from '#microversion';

const UPDATED = { 'v2.0': '2011-01-21T11:33:21Z', 'v2.1': '2013-07-23T11:33:21Z' } as const;
type VersionId = keyof typeof UPDATED;

const self = (origin: string, id: VersionId) => ({ rel: 'self', href: `${origin}/${id === 'v2.0' ? 'v2' : id}/` });

const summary = (origin: string, id: VersionId) => ({
  id,
  status: id === 'v2.1' ? 'CURRENT' : 'SUPPORTED',
  version: id === 'v2.1' ? NEWEST : '',
  min_version: id === 'v2.1' ? OLDEST : '',
  updated: UPDATED[id],
  links: [self(origin, id)],
});

/** `GET /` */
export const allVersions = (origin: string) => ({ versions: [summary(origin, 'v2.0'), summary(origin, 'v2.1')] });

/** `GET /v2.1`, `GET /v2` */
export const oneVersion = (origin: string, id: VersionId) => ({
  version: {
    ...summary(origin, id),
    links: [self(origin, id), { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' }],
    'media-types': [{ base: 'application/json', type: `application/vnd.openstack.compute+json;version=${id === 'v2.0' ? '2' : '2.1'}` }],
  },
});

/** Any path that begins with no version: 300 and where it could be. */
export const choices = (origin: string, path: string) => ({
  choices: (['v2.0', 'v2.1'] as const).map(id => ({
    id,
    status: id === 'v2.1' ? 'CURRENT' : 'SUPPORTED',
    links: [{ rel: 'self', href: `${origin}/${id === 'v2.0' ? 'v2' : id}${path}` }],
    'media-types': [{ base: 'application/json', type: `application/vnd.openstack.compute+json;version=${id === 'v2.0' ? '2' : '2.1'}` }],
  })),
});

const PUBLIC = new Set(['/', '/v2', '/v2/', '/v2.0', '/v2.0/', '/v2.1', '/v2.1/']);

/** Version documents are read by clients that have no token yet. */
export const isPublicComputePath = (method: string, path: string): boolean =>
  PUBLIC.has(path) ? method === 'GET' || method === 'HEAD' : !/^\/v2(\.[01])?(\/|$)/.test(path);
