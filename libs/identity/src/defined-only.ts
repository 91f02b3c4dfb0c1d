/** Without the fields that are undefined: TypeORM takes an undefined condition for a mistake. */
export const definedOnly = <T extends object>(fields: T): Partial<T> => {
  const kept: Partial<T> = { ...fields };
  for (const key in kept) if (kept[key] === undefined) delete kept[key];
  return kept;
};
