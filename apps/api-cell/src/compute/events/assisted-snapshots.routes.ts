import { z } from 'zod';
import { CloudError } from '#domain';
import { requestSchema } from '#microversion';
import { type Parameters, parameterOf, type Route, route, service, text } from '../api/index.js';

const some = z.string().min(1);

const createBody = requestSchema<{ snapshot: { volume_id: string } }>(
  z.strictObject({
    snapshot: z.strictObject({
      volume_id: some,
      create_info: z.strictObject({ snapshot_id: some, type: z.enum(['qcow2']), new_file: some, id: some.optional() }),
    }),
  }),
);

const DELETE: Parameters = { delete_info: text() };
const DeleteInfo = z.looseObject({ volume_id: z.string() });

/**
 * Snapshots of volumes that only the hypervisor can make, as a volume service orders them. No server has a volume yet, so what is asked
 * for is checked, and answered as Nova answers for a volume that is attached nowhere.
 */
export const assistedSnapshotRoutes: readonly Route[] = [
  route({
    method: 'POST',
    path: '/os-assisted-volume-snapshots',
    policy: service('os-assisted-volume-snapshots:create'),
    body: createBody,
    ok: 200,
    handle: (_call, { snapshot }) => {
      throw attachedNowhere(snapshot.volume_id);
    },
  }),
  route({
    method: 'DELETE',
    path: '/os-assisted-volume-snapshots/:id',
    policy: service('os-assisted-volume-snapshots:delete'),
    query: DELETE,
    ok: 204,
    handle: ({ query }) => {
      throw attachedNowhere(volumeIn(parameterOf(query, 'delete_info')));
    },
  }),
];

/** @throws CloudError `invalid` naming the parameter. */
const volumeIn = (info: string | undefined): string => {
  if (info === undefined) throw new CloudError('invalid', "Invalid input for query parameters. 'delete_info' is a required property");
  const parsed = DeleteInfo.safeParse(jsonOf(info));
  if (!parsed.success)
    throw new CloudError(
      'invalid',
      `Invalid input for query parameters delete_info. Value: ${info}. It is no JSON object with a volume_id`,
    );
  return parsed.data.volume_id;
};

const jsonOf = (info: string): unknown => {
  try {
    return JSON.parse(info);
  } catch {
    return undefined;
  }
};

const attachedNowhere = (volumeId: string): CloudError => new CloudError('invalid', `No volume Block Device Mapping with id ${volumeId}.`);
