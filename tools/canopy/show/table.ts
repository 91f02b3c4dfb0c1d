export type Cell = string | number | null | undefined;

/** Columns as wide as what stands in them; numbers to the right. No lines: what is printed can be read by awk as well. */
export const table = (headers: readonly string[], rows: readonly (readonly Cell[])[]): string[] => {
  const texts = rows.map(row => headers.map((_, index) => textOf(row[index])));
  const widths = headers.map((header, index) => Math.max(header.length, ...texts.map(row => row[index]!.length)));
  const right = headers.map((_, index) => rows.length > 0 && rows.every(row => row[index] == null || typeof row[index] === 'number'));
  const line = (row: readonly string[]): string =>
    row
      .map((text, index) => (right[index] ? text.padStart(widths[index]!) : text.padEnd(widths[index]!)))
      .join('  ')
      .trimEnd();
  return [line(headers), ...texts.map(line)];
};

/** Name and value, one below the other. */
export const fields = (pairs: readonly (readonly [string, unknown])[]): string[] => {
  const shown = pairs.filter(([, value]) => value !== undefined);
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${plain(value)}`.trimEnd());
};

const textOf = (cell: Cell): string => (cell == null ? '-' : String(cell));

export const plain = (value: unknown): string => {
  if (value == null) return '-';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};
