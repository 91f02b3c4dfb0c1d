import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf } from '#domain';
import { Layout, Plan } from '#simulation';

const count = (least: number) => z.coerce.number().int().min(least);
const Options = z
  .strictObject({
    seeds: count(1).default(1000),
    from: count(0).default(1),
    seed: count(0).optional(),
    layout: z.string().optional(),
    replay: z.string().optional(),
    save: z.string().optional(),
    effort: count(0).default(400),
    jobs: count(1).default(availableParallelism()),
  })
  .refine(({ seed, replay }) => seed === undefined || replay === undefined, '--seed and --replay exclude each other');
export type Options = z.infer<typeof Options>;

/** @throws Error that names the option, or the field of the file. */
export const readOptions = (values: Readonly<Record<string, unknown>>): Options => checked('--', Options.safeParse(values));

/** @throws Error that names the field, or says why the file cannot be read. */
export const readLayout = (file: string): Layout => checked(`${file}: `, Layout.safeParse(parse(readFileSync(file, 'utf8'))));

/** A story that was saved. @throws Error that names the field, or says why the file cannot be read. */
export const readStory = (file: string): Plan => checked(`${file}: `, Plan.safeParse(json(file)));

const json = (file: string): unknown => {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${file}: this is no JSON: ${messageOf(error)}`, { cause: error });
  }
};

const checked = <T>(where: string, result: z.ZodSafeParseResult<T>): T => {
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${where}${issue?.path.join('.')}${issue?.path.length ? ': ' : ''}${issue?.message}`);
};
