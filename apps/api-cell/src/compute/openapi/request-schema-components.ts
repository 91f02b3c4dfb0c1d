import { ApiVersion, type RequestSchema } from '#microversion';
import type { JsonSchema } from './json-schema-of.js';
import { sharedSchemaOf } from './shared-schemas.js';
import { runsOf, versionExtension } from './versions-of.js';

/** A body that is only looked at for its one key: `{"os-start": null}`. */
const keyOnly = (action: string): JsonSchema => ({ type: 'object', required: [action], properties: { [action]: {} } });

/** What a request may be from version to version: one component each, and a reference to all. */
export class RequestSchemaComponents {
  readonly schemas: Record<string, JsonSchema> = {};

  /** @param name of the component, to which the version that it begins with is added where there are several */
  add(name: string, since: number, until: number, body: RequestSchema<unknown> | undefined, action?: string): JsonSchema {
    const runs = body
      ? runsOf(since, until, minor => body(ApiVersion.of(`2.${minor}`))).map(run => ({ ...run, value: sharedSchemaOf(run.value) }))
      : [{ value: keyOnly(action ?? ''), since, until }];
    const refs = runs.map(run => {
      const key = runs.length === 1 ? name : `${name}_2.${run.since}`;
      this.schemas[key] = { ...run.value, ...versionExtension(run.since, run.until) };
      return { $ref: `#/components/schemas/${key}` };
    });
    return refs.length === 1 ? refs[0]! : { anyOf: refs, 'x-openstack': { discriminator: 'microversion' } };
  }
}
