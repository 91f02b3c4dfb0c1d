import { UsageError } from '../errors.js';
import type { Action } from '../program.js';
import { time } from '../show/units.js';

/** `west!b`, or `north` below the asked cell. */
export const create: Action = async (context, path) => {
  const names = path!.split('!');
  const name = names.pop();
  if (!name) throw new UsageError(`'${path}' names no cell: write north, or west!b`);
  const hours = context.number('expires');
  const offset = context.number('weightOffset');
  const made = await (await context.api()).create({
    name,
    ...(names.length ? { parent: names.join('!') } : {}),
    ...(offset === undefined ? {} : { weight_offset: offset }),
    ...(hours === undefined ? {} : { expires_in: Math.round(hours * 3600) }),
  });
  context.show(made, ({ cell, join_token, expires_at }) => [
    `The tree has a place for ${cell.path ?? path}. It is disabled until its machine has joined. There, run:`,
    '',
    `  npx canopy cell join ${join_token}`,
    '',
    `The token works once, until ${time(expires_at)}. Whoever has it can join in the cell's name: keep it secret.`,
  ]);
  return 0;
};
