import { CloudError } from '#domain';
import type { ApiVersion } from '#microversion';
import { checked, invalidParameter, type Parameters, type Query, text, types, valuesOf } from '../api/index.js';

export interface SortTerm {
  /** Never NULL, so that a marker can be compared with it. */
  readonly expression: string;
  readonly direction: 'ASC' | 'DESC';
}

const orEmpty = (column: string): string => `COALESCE(${column}, '')`;
const orZero = (column: string): string => `COALESCE(${column}, 0)`;

/** Nova's sort keys and what they are in the table; null: what every server has alike. */
const KEYS: Readonly<Record<string, string | null>> = {
  access_ip_v4: orEmpty('access_ip_v4'),
  access_ip_v6: orEmpty('access_ip_v6'),
  auto_disk_config: 'disk_config',
  availability_zone: orEmpty('availability_zone'),
  config_drive: 'config_drive',
  created_at: 'created_at',
  display_description: orEmpty('display_description'),
  display_name: 'display_name',
  host: orEmpty('host'),
  hostname: 'hostname',
  image_ref: 'image_ref',
  instance_type_id: 'flavor_id',
  kernel_id: null,
  key_name: orEmpty('key_name'),
  launch_index: 'launch_index',
  launched_at: orZero('launched_at'),
  locked_by: orEmpty('locked_by'),
  node: orEmpty('node'),
  power_state: 'power_state',
  progress: null,
  project_id: 'project_id',
  ramdisk_id: null,
  root_device_name: orEmpty('root_device_name'),
  task_state: orEmpty('task_state'),
  terminated_at: orZero('deleted_at'),
  updated_at: 'updated_at',
  user_id: 'user_id',
  uuid: 'uuid',
  vm_state: 'vm_state',
};

/** Accepted and ignored before 2.75: what Nova's own table once was joined with. */
const IGNORED: ReadonlySet<string> = new Set([
  'block_device_mapping',
  'services',
  'metadata',
  'system_metadata',
  'info_cache',
  'security_groups',
  'pci_devices',
  'architecture',
  'cell_name',
  'cleaned',
  'default_ephemeral_device',
  'default_swap_device',
  'deleted',
  'deleted_at',
  'disable_terminate',
  'ephemeral_gb',
  'ephemeral_key_uuid',
  'id',
  'key_data',
  'launched_on',
  'locked',
  'memory_mb',
  'os_type',
  'reservation_id',
  'root_gb',
  'shutdown_terminate',
  'user_data',
  'vcpus',
  'vm_mode',
]);
const FOR_ADMIN: ReadonlySet<string> = new Set(['host', 'node']);

export const SORT_PARAMETERS: Parameters = { sort_key: text(), sort_dir: checked(types.sortDirection) };

/** @throws CloudError `forbidden` for host and node, `invalid` for a key that is none. */
export const sortTermsOf = (query: Query, { admin, at }: { readonly admin: boolean; readonly at: ApiVersion }): SortTerm[] => {
  const keys = valuesOf(query, 'sort_key');
  const directions = valuesOf(query, 'sort_dir').map((word): SortTerm['direction'] => (word.toLowerCase() === 'asc' ? 'ASC' : 'DESC'));
  const terms: SortTerm[] = [];
  keys.forEach((key, index) => {
    if (FOR_ADMIN.has(key) && !admin)
      throw new CloudError('forbidden', "Policy doesn't allow os_compute_api:servers:allow_all_filters to be performed.");
    const expression = expressionOf(key, at);
    if (expression !== null) terms.push({ expression, direction: directions[index] ?? directions.at(-1) ?? 'DESC' });
  });
  return completed(terms, directions[0] ?? 'DESC');
};

const expressionOf = (key: string, at: ApiVersion): string | null => {
  const known = KEYS[key];
  if (known !== undefined) return known;
  if (key === 'locked' && at.within('2.73')) return 'locked_by IS NOT NULL';
  if (IGNORED.has(key) && !at.allows('strict-queries')) return null;
  throw invalidParameter(
    'sort_key',
    key,
    `'${key}' is not one of ${Object.keys(KEYS)
      .map(name => `'${name}'`)
      .join(', ')}`,
  );
};

/** Ties are broken by age and uuid, so that pages neither overlap nor miss a server. */
const completed = (terms: readonly SortTerm[], direction: SortTerm['direction']): SortTerm[] => {
  const all = [...terms];
  for (const expression of ['created_at', 'uuid'])
    if (!all.some(term => term.expression === expression)) all.push({ expression, direction });
  return all;
};
