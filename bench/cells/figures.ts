/** Of nothing it is NaN. */
export const percentile = (values: readonly number[], percent: number): number => {
  const sorted = values.slice().sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
};
