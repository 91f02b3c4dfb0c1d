/** Which cells are simulated: the root's children by name, each with the names of the leaves below it; none when it is one itself. */
export interface Layout {
  readonly shape: 'tree' | 'flat';
  readonly leaves: number;
  readonly hostsPerLeaf: number;
  readonly children: { readonly name: string; readonly leaves: string[] }[];
}

/** A tree has about as many inner cells as each of them has leaves. */
export const layoutOf = (shape: 'tree' | 'flat', leaves: number, hostsPerLeaf: number): Layout => {
  const names = Array.from({ length: leaves }, (_, index) => `leaf${index + 1}`);
  if (shape === 'flat') return { shape, leaves, hostsPerLeaf, children: names.map(name => ({ name, leaves: [] })) };
  const inner = Math.max(1, Math.round(Math.sqrt(leaves)));
  const children = Array.from({ length: inner }, (_, index) => ({
    name: `inner${index + 1}`,
    leaves: names.filter((_name, position) => position % inner === index),
  }));
  return { shape, leaves, hostsPerLeaf, children };
};
