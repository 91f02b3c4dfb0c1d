import { z } from 'zod';
import { requestSchema } from '#microversion';
import { types } from '../api/index.js';
import { WHOLE_MESSAGE } from '../api/validation.js';

const text = z.string().max(255);
const name = text.refine(value => value.trim() !== '', { message: 'Security group name cannot be empty.', params: WHOLE_MESSAGE });

export interface SecurityGroupBody {
  readonly security_group: { readonly name: string; readonly description: string };
}

const group = z.looseObject({ name, description: text });
export const createSecurityGroupBody = requestSchema<SecurityGroupBody>(
  z.looseObject({
    security_group: group.extend({
      description: text.nullish().transform(value => value ?? ''),
    }),
  }),
);
export const updateSecurityGroupBody = requestSchema<{ security_group: Partial<SecurityGroupBody['security_group']> }>(
  z.looseObject({ security_group: group.partial() }),
);

/** As clients send it: numbers may be text, and what is not said may be null. */
export interface SecurityGroupRuleBody {
  readonly security_group_rule: {
    readonly parent_group_id: string;
    readonly ip_protocol: string | null;
    readonly from_port: number | null;
    readonly to_port: number | null;
    readonly cidr: string | null;
    readonly group_id: string | null;
  };
}

const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform(value => value ?? null);
const id = z.union([z.string(), z.number().int().transform(String)]);
const port = optional(types.integer(-1, 65535));

export const createRuleBody = requestSchema<SecurityGroupRuleBody>(
  z.looseObject({
    security_group_rule: z.looseObject({
      parent_group_id: id,
      ip_protocol: optional(id),
      from_port: port,
      to_port: port,
      cidr: optional(z.string()),
      group_id: optional(id),
    }),
  }),
);

/** `{"addSecurityGroup": {"name": "web"}}`: by its name or its id. */
const named = z.strictObject({ name: z.string().min(1).max(255) });
export const addSecurityGroupBody = requestSchema<{ addSecurityGroup: { name: string } }>(z.strictObject({ addSecurityGroup: named }));
export const removeSecurityGroupBody = requestSchema<{ removeSecurityGroup: { name: string } }>(
  z.strictObject({ removeSecurityGroup: named }),
);
