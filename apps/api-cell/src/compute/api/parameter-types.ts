import { isIPv4, isIPv6 } from 'node:net';
import { z } from 'zod';
import { WHOLE_MESSAGE } from './validation.js';

/**
 * The building blocks of requests, by the names and rules of Nova's validation/parameter_types. What a rule in code cannot tell by itself
 * its `meta` says in the words of JSON Schema: the API document is made of it.
 */

/** No control and no formatting characters, none that Unicode does not know, and no ends of lines and paragraphs. Source: Nova's _is_printable. */
const PRINTABLE = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;

/** 1 to 255 printable characters, no space at either end. */
export const name = z
  .string()
  .min(1)
  .max(255)
  .refine(text => text === text.trim() && PRINTABLE.test(text), {
    message: "An invalid 'name' value was provided. The name must be: printable characters. Can not start or end with whitespace.",
    params: WHOLE_MESSAGE,
  })
  .meta({ format: 'name' });

/** A name without a colon, which parts a zone from a host. */
export const availabilityZone = z
  .string()
  .min(1)
  .max(255)
  .refine(text => text === text.trim() && PRINTABLE.test(text) && !text.includes(':'), {
    message: "An invalid 'name' value was provided. The name must be: printable characters except :.Can not start or end with whitespace.",
    params: WHOLE_MESSAGE,
  })
  .meta({ format: 'az_name' });

export const description = z.string().max(255).regex(PRINTABLE).nullable();
export const longDescription = z.string().max(65535).regex(PRINTABLE).nullable();

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i;
const hasFormat = (format: string, test: (text: string) => boolean) =>
  z
    .string()
    .superRefine((text, ctx) => {
      if (!test(text)) ctx.addIssue({ code: 'custom', message: `'${text}' is not a '${format}'` });
    })
    .meta({ format });

export const uuid = hasFormat('uuid', text => UUID.test(text));
export const ipv4 = hasFormat('ipv4', isIPv4);
/** In its shortest form, as it is stored and shown. */
export const ipv6 = hasFormat('ipv6', text => isIPv6(text) && !text.includes('%')).transform(text =>
  new URL(`http://[${text}]`).hostname.slice(1, -1),
);

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
export const base64 = z
  .string()
  .max(65535)
  .superRefine((text, ctx) => {
    if (!BASE64.test(text.replace(/\s/g, ''))) ctx.addIssue({ code: 'custom', message: `'${text}' is not a 'base64'` });
  })
  .meta({ format: 'base64' });

const TRUE = new Set<unknown>([true, 'True', 'TRUE', 'true', '1', 'ON', 'On', 'on', 'YES', 'Yes', 'yes']);
const FALSE = new Set<unknown>([false, 'False', 'FALSE', 'false', '0', 'OFF', 'Off', 'off', 'NO', 'No', 'no']);

/** Files to inject. */
export const personality = z.array(z.strictObject({ path: z.string(), contents: base64 }).partial());

/** true and false in the spellings that Nova takes, numbers not among them. */
export const boolean = z
  .unknown()
  .transform((value, ctx): boolean => {
    if (TRUE.has(value)) return true;
    if (!FALSE.has(value))
      ctx.addIssue({
        code: 'custom',
        message: `${JSON.stringify(value)} is not one of [True, 'True', 'true', '1', False, 'False', 'false', '0']`,
      });
    return false;
  })
  .meta({ enum: [...TRUE, ...FALSE] });

const YES = /^\s*(1|t|true|on|y|yes)\s*$/i;
const NO = /^\s*(0|f|false|off|n|no)\s*$/i;

/** What Nova takes a text for where it reads texts of any spelling, as in queries; undefined for what is neither true nor false. */
export const truthOf = (text: string): boolean | undefined => (YES.test(text) ? true : NO.test(text) ? false : undefined);

/** An integer, or its digits in a string. */
export const integer = (minimum: number, maximum = 2_147_483_647) =>
  z
    .union([
      z.number().int(),
      z
        .string()
        .regex(/^-?[0-9]{1,10}$/)
        .transform(Number),
    ])
    .pipe(z.number().min(minimum).max(maximum))
    .meta({ minimum, maximum });

const METADATA_KEY = /^[a-zA-Z0-9-_:. ]{1,255}$/;
export const metadata = z.record(z.string().regex(METADATA_KEY), z.string().max(255));
export const metadataOrNull = z.record(z.string().regex(METADATA_KEY), z.string().max(255).nullable());
/** Extra specs also take numbers, which become text. */
export const extraSpecs = z.record(z.string().regex(METADATA_KEY), z.union([z.string().max(255), z.number().transform(String)]));
export const isMetadataKey = (key: string): boolean => METADATA_KEY.test(key);

export const tag = z
  .string()
  .min(1)
  .max(60)
  .regex(/^[^,/]*$/);
export const tags = z
  .array(tag)
  .max(50)
  .transform(list => [...new Set(list)]);

export const hostname = z
  .string()
  .min(2)
  .max(63)
  .regex(/^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$/);
export const fullyQualifiedHostname = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[a-zA-Z0-9-._]*$/);

export const sortDirection = z.string().regex(/^(asc|desc)$/i);

export const publicKey = z.string().min(1).max(65535);
