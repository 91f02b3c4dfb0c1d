import type { ImageQuery } from './image-query.js';

/** Our query in Glance's query string. */
export const glanceQuery = (query: ImageQuery): URLSearchParams => {
  const parameters = new URLSearchParams({ limit: String(query.limit) });
  if (query.marker !== undefined) parameters.append('marker', query.marker);
  if (query.sort.length)
    parameters.append('sort', query.sort.map(({ key, descending }) => `${key}:${descending ? 'desc' : 'asc'}`).join(','));
  for (const [name, values] of Object.entries(query.attributes)) parameters.append(name, anyOf(values));
  for (const tag of query.tags) parameters.append('tag', tag);
  for (const [key, value] of Object.entries(query.properties)) parameters.append(key, value);
  if (query.visibility !== undefined) parameters.append('visibility', query.visibility);
  if (query.memberStatus !== undefined) parameters.append('member_status', query.memberStatus);
  if (query.hidden) parameters.append('os_hidden', 'true');
  if (query.protected !== undefined) parameters.append('protected', String(query.protected));
  if (query.sizeMinBytes !== undefined) parameters.append('size_min', String(query.sizeMinBytes));
  if (query.sizeMaxBytes !== undefined) parameters.append('size_max', String(query.sizeMaxBytes));
  for (const { attribute, operator, at } of query.times) parameters.append(attribute, `${operator}:${new Date(at).toISOString()}`);
  return parameters;
};

const anyOf = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] ?? '') : `in:${values.map(value => `"${value.replaceAll('"', '\\"')}"`).join(',')}`;
