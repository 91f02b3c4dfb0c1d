import { UsageError } from '../errors.js';
import type { Action } from '../program.js';
import { withProgress } from '../show/progress.js';
import { drawFindings } from './doctor.js';

/** Exit code 1 when the self-check does not pass: the cell stays disabled then. */
export const join: Action = async (context, token) => {
  const directory = context.text('directory') ?? '.canopy';
  const hosts = context.number('hosts');
  if (hosts !== undefined && (!Number.isInteger(hosts) || hosts < 1)) throw new UsageError('--hosts must be a whole number, 1 or more');
  // Loaded late: it brings the launcher, the database's driver and the broker's with it.
  const { joinCell } = await import('../join/join-cell.js');
  const result = await withProgress(context.io, say =>
    joinCell(
      {
        token: token!,
        url: context.text('url')?.replace(/\/+$/, ''),
        directory,
        file: context.text('topology'),
        database: context.text('database'),
        broker: context.text('broker'),
        parentCa: context.text('parentCa'),
        hosts,
        portBase: context.number('portBase'),
        enable: context.options.enable !== false,
        timeoutSeconds: context.number('timeout') ?? 180,
      },
      say,
    ),
  );
  const { place, findings, joined, logs } = result;
  const enabled = joined && context.options.enable !== false;
  // The URL has the password in it.
  context.show({ cell: place.path, parent: place.parent, joined, enabled, findings }, () => [
    ...drawFindings(findings),
    '',
    joined
      ? `${place.path} is in the tree, and ${enabled ? 'enabled' : `disabled: canopy cell enable '${place.path}' lets servers in`}`
      : `${place.path} is not in the tree yet: mend what failed (logs: ${logs}), and run the same command again`,
    `npm start -- --directory ${directory} looks after it from now on; npm run stop -- --directory ${directory} stops it`,
  ]);
  return joined ? 0 : 1;
};
