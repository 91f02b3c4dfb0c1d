import { z } from 'zod';
import { type AnyObject, requestSchema } from '#microversion';
import { types } from '../api/index.js';
import { QUOTA_RESOURCES, type QuotaSet } from './quota-resources.js';

export type Limits = Partial<QuotaSet>;

const limit = types.integer(-1).optional();
const limitsOf = (names: readonly string[]) => z.strictObject({ ...Object.fromEntries(names.map(name => [name, limit])) });
const without = (schema: AnyObject, names: readonly string[]) => schema.omit(Object.fromEntries(names.map(name => [name, true as const])));
const NETWORK = ['floating_ips', 'fixed_ips', 'security_groups', 'security_group_rules', 'networks'];
const INJECTED = ['injected_files', 'injected_file_content_bytes', 'injected_file_path_bytes'];

const projectLimits: AnyObject = limitsOf(QUOTA_RESOURCES).extend({ force: types.boolean.optional() });
export const updateQuotaSet = requestSchema<{ quota_set: Limits & { force?: boolean } }>(
  z.strictObject({ quota_set: projectLimits }),
  ['2.36', () => z.strictObject({ quota_set: without(projectLimits, NETWORK) })],
  ['2.57', () => z.strictObject({ quota_set: without(projectLimits, [...NETWORK, ...INJECTED]) })],
);

const classLimits: AnyObject = limitsOf(QUOTA_RESOURCES);
export const updateQuotaClass = requestSchema<{ quota_class_set: Limits }>(
  z.strictObject({ quota_class_set: classLimits }),
  ['2.50', () => z.strictObject({ quota_class_set: without(classLimits, NETWORK) })],
  ['2.57', () => z.strictObject({ quota_class_set: without(classLimits, [...NETWORK, ...INJECTED]) })],
);
