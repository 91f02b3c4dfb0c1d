import type { ChildRow } from '#cell';
import { CapacityReport } from '#contracts';
import { childColumns, childFromRaw, type Raw } from './codecs/index.js';
import { type Sql, select } from './sql.js';

const COLUMNS = [...childColumns.filter(column => column !== 'report'), 'used_instances', 'used_cores', 'used_ram_mb'].join(',');

/**
 * The children of a cell, without reading their reports over and over: a root with a thousand children would read and parse megabytes
 * for each placement. A report is known by its number, which stands in a column of its own; what this process does not have, because
 * another one took it in, is read when it is needed.
 */
export class ChildRows {
  private readonly reports = new Map<string, CapacityReport>();

  /** Everything of them but their reports. */
  static readonly SELECT = `SELECT ${COLUMNS} FROM child_cells`;

  /** @param rows as `SELECT` gives them. */
  async withReports(sql: Sql, rows: readonly Raw[]): Promise<ChildRow[]> {
    const unknown: string[] = [];
    const children = rows.map(row => {
      const number = Number(row.report_number);
      const known = number === 0 ? undefined : this.reports.get(String(row.name));
      if (number > 0 && known?.version.generation !== number) unknown.push(String(row.name));
      return childFromRaw(row, known ?? null);
    });
    return unknown.length ? this.readReports(sql, children, unknown) : children;
  }

  /** A newer one than the row told of may have come since: then it is the newer one that counts. */
  private async readReports(sql: Sql, children: readonly ChildRow[], names: readonly string[]): Promise<ChildRow[]> {
    const rows = await select<Raw>(sql, 'SELECT name, report FROM child_cells WHERE name IN (?) AND report IS NOT NULL', [names]);
    const read = new Map(rows.map(row => [String(row.name), CapacityReport.parse(JSON.parse(String(row.report)))]));
    for (const [name, report] of read) this.reports.set(name, report);
    return children.map(child => ({ ...child, report: read.get(child.name) ?? child.report }));
  }

  /** After the commit of the transaction that wrote them. */
  written(rows: readonly ChildRow[]): void {
    for (const { name, report } of rows) if (report) this.reports.set(name, report);
  }
}
