import { UnsupportedMediaTypeException } from '@nestjs/common';
import { z } from 'zod';
import { CloudError } from '#domain';
import type { Image, ImageFields } from '#images';
import { parse } from '../http/index.js';
import { parseImageFields, requireSettable } from './image.schema.js';
import { editableView } from './image.view.js';

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly attribute: string;
  readonly value?: unknown;
}

const PATCH_V2_1 = 'application/openstack-images-v2.1-json-patch';
const PATCH_V2_0 = 'application/openstack-images-v2.0-json-patch';

const OPERATIONS = ['add', 'replace', 'remove'] as const;
const path = z.string().startsWith('/', 'must begin with /');
const Draft10 = z.array(z.object({ op: z.enum(OPERATIONS), path, value: z.unknown().optional() }));
/** The older draft, where the operation is the key of the path: `{ "replace": "/name", "value": "x" }`. */
const Draft4 = z.array(
  z.union(
    [
      z.object({ add: path, value: z.unknown().optional() }),
      z.object({ replace: path, value: z.unknown().optional() }),
      z.object({ remove: path }),
    ],
    {
      error: 'give one of add, replace and remove, with a path',
    },
  ),
);

/**
 * Reads the operations of a patch, by its media type.
 * @throws UnsupportedMediaTypeException; CloudError `invalid`, and `forbidden` for an attribute that is not the user's to set
 */
export const parsePatch = (contentType: string, body: unknown): PatchOperation[] => {
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== PATCH_V2_1 && mediaType !== PATCH_V2_0) {
    throw new UnsupportedMediaTypeException(`A patch of an image is ${PATCH_V2_1} or ${PATCH_V2_0}, not '${contentType}'.`);
  }
  const operations = mediaType === PATCH_V2_0 ? parse(Draft4, body).map(toDraft10) : parse(Draft10, body);
  return operations.map(({ op, path, value }) => {
    const attribute = attributeOf(path);
    requireSettable(attribute);
    return { op, attribute, value };
  });
};

/** The fields of an image after a patch. Pure. @throws CloudError `conflict` for a property that is not there, `invalid`, `forbidden` */
export const applyPatch = (image: Image, operations: readonly PatchOperation[]): ImageFields => {
  const fields: Record<string, unknown> = editableView(image);
  const properties = new Map<string, unknown>(Object.entries(image.properties));
  for (const { op, attribute, value } of operations) {
    if (attribute in fields) {
      if (op === 'remove') throw new CloudError('forbidden', `Property ${attribute} may not be removed.`);
      fields[attribute] = value;
      continue;
    }
    if (op !== 'add' && !properties.has(attribute)) throw new CloudError('conflict', `Property ${attribute} does not exist.`);
    if (op === 'remove') properties.delete(attribute);
    else properties.set(attribute, value);
  }
  return parseImageFields({ ...Object.fromEntries(properties), ...fields }, { owner: image.owner });
};

const toDraft10 = (operation: z.infer<typeof Draft4>[number]): { op: PatchOperation['op']; path: string; value?: unknown } => {
  if ('add' in operation) return { op: 'add', path: operation.add, value: operation.value };
  if ('replace' in operation) return { op: 'replace', path: operation.replace, value: operation.value };
  return { op: 'remove', path: operation.remove };
};

/** A JSON pointer to a top-level attribute; Glance allows no other, except into locations, which are not offered. */
const attributeOf = (pointer: string): string => {
  const [, attribute = '', ...deeper] = pointer.split('/');
  if (attribute === '' || attribute === 'id' || (deeper.length > 0 && attribute !== 'locations')) {
    throw new CloudError('forbidden', `'${pointer}' is not a path that may be changed.`);
  }
  return attribute.replaceAll('~1', '/').replaceAll('~0', '~');
};
