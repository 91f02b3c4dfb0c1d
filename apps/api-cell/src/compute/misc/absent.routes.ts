import { CloudError } from '#domain';
import { type Method, noRule, type Route, route } from '../api/index.js';

type Absent = readonly [path: string, what: string, ...methods: Method[]];

/** What Nova passes on to services that this cloud has none of: there is no such thing, whatever it is called. */
const UNTIL_PROXIES_ENDED: readonly Absent[] = [
  ['/os-volumes', 'volumes', 'GET', 'POST'],
  ['/os-volumes/detail', 'volumes', 'GET'],
  ['/os-volumes/:id', 'volumes', 'GET', 'DELETE'],
  ['/os-snapshots', 'snapshots', 'GET', 'POST'],
  ['/os-snapshots/detail', 'snapshots', 'GET'],
  ['/os-snapshots/:id', 'snapshots', 'GET', 'DELETE'],
  ['/os-baremetal-nodes', 'bare metal nodes', 'GET', 'POST'],
  ['/os-baremetal-nodes/:id', 'bare metal nodes', 'GET', 'DELETE'],
];

const ALWAYS: readonly Absent[] = [
  ['/os-volumes_boot', 'volumes', 'POST'],
  ['/servers/:id/os-interface', 'networks', 'POST'],
  ['/servers/:id/os-interface/:port', 'networks', 'GET', 'DELETE'],
  ['/servers/:id/os-volume_attachments', 'volumes', 'POST'],
  ['/servers/:id/os-volume_attachments/:volume', 'volumes', 'GET', 'PUT', 'DELETE'],
];

const absent = ([path, what, ...methods]: Absent, until?: '2.35'): Route[] =>
  methods.map(method =>
    route({
      method,
      path,
      ...(until && { until }),
      policy: noRule,
      ok: 404,
      handle: () => {
        throw new CloudError('notFound', `The resource could not be found: this cloud has no ${what}.`);
      },
    }),
  );

/** As a fault that clients can read, and not as the page of a path that nothing has. */
export const absentRoutes: readonly Route[] = [
  ...UNTIL_PROXIES_ENDED.flatMap(row => absent(row, '2.35')),
  ...ALWAYS.flatMap(row => absent(row)),
];
