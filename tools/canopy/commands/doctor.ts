import { CellsApi } from '../client/cells-api.js';
import { connect, localCell } from '../client/connect.js';
import type { Context } from '../context.js';
import { findingsOf, versionFindings } from '../doctor/cell-findings.js';
import {
  attempt,
  catalogFindings,
  clockFindings,
  computeFindings,
  diskFindings,
  identityFindings,
  logInFindings,
} from '../doctor/cloud-findings.js';
import { type Finding, ok } from '../doctor/finding.js';
import type { Action } from '../program.js';
import { withProgress } from '../show/progress.js';
import { plural } from '../show/units.js';
import { everyCell } from './tree.js';

/** Exit code 1 when a check failed; a warning is none. */
export const doctor: Action = async context => {
  const findings = await withProgress(context.io, say => {
    say('checking');
    return examine(context);
  });
  const failed = findings.filter(finding => finding.verdict === 'fail').length;
  context.show(findings, () => [...drawFindings(findings), '', summaryOf(findings)]);
  return failed ? 1 : 0;
};

const examine = async (context: Context): Promise<Finding[]> => {
  const disk = await diskFindings(context.io.env.CANOPY_DIRECTORY ?? '.canopy');
  if (localCell(context.io.env, context.options)) {
    const api = await connect(context.io.env, context.options);
    const info = await attempt('admin API', 'see whether the cell runs (npm run status)', async () => [
      ok('admin API', `${(await api.info()).name} answers at ${api.base}`),
    ]);
    return [...info, ...(await treeFindings(api)), ...disk];
  }
  const identity = await identityFindings(context.io.env);
  if (identity.some(finding => finding.verdict === 'fail')) return [...identity, ...disk];
  const { session, findings } = await logInFindings(context.io.env);
  if (!session) return [...identity, ...findings, ...disk];
  const api = new CellsApi(session.endpoint('compute'), session.token, false);
  const clock = clockFindings(session.serverTime, Date.now());
  return [
    ...identity,
    ...findings,
    ...clock,
    ...catalogFindings(session),
    ...(await computeFindings(api)),
    ...(await treeFindings(api)),
    ...disk,
  ];
};

const treeFindings = (api: CellsApi): Promise<Finding[]> =>
  attempt('tree', 'see the log of the asked cell', async () => {
    const cells = everyCell(await api.tree());
    return [...cells.flatMap(findingsOf), ...versionFindings(cells)];
  });

export const drawFindings = (findings: readonly Finding[]): string[] => {
  const width = Math.max(...findings.map(finding => finding.check.length));
  return findings.map(
    ({ verdict, check, text, todo }) => `${verdict.padEnd(4)}  ${check.padEnd(width)}  ${text}${todo ? `: ${todo}` : ''}`,
  );
};

const summaryOf = (findings: readonly Finding[]): string => {
  const count = (verdict: Finding['verdict']): number => findings.filter(finding => finding.verdict === verdict).length;
  if (count('fail') + count('warn') === 0) return `${plural(findings.length, 'check')}, all well`;
  return `${plural(findings.length, 'check')}: ${count('fail')} failed, ${plural(count('warn'), 'warning')}`;
};
