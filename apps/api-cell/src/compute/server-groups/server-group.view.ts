import { fieldsOf, view } from '#microversion';
import type { ServerGroupRecord } from './server-groups.service.js';

const { always, since, until } = fieldsOf<ServerGroupRecord>();

export const serverGroupView = view<ServerGroupRecord>({
  id: always(g => g.uuid),
  name: always(g => g.name),
  policies: until('2.63', g => [g.policy]),
  metadata: until('2.63', () => ({})),
  policy: since('2.64', g => g.policy),
  rules: since('2.64', g => (g.maxServerPerHost === null ? {} : { max_server_per_host: g.maxServerPerHost })),
  members: always(g => g.members),
  project_id: since('2.13', g => g.projectId),
  user_id: since('2.13', g => g.userId),
});
