/** A body about which Canopy's schema and Nova's do not agree. */
export interface Disagreement {
  /** Minor number of the microversion. */
  readonly minor: number;
  readonly body: unknown;
  /** Canopy's schema takes it, and Nova's does not; or the other way round. */
  readonly weTake: boolean;
}

export interface Difference {
  readonly of: string;
  /** Why it is meant. */
  readonly why: string;
  covers(one: Disagreement): boolean;
}

/** Where the two differ on purpose, or by words alone. Each must be met: what is mended leaves the list. */
export const differences: readonly Difference[] = [
  {
    of: 'POST /servers/:id/action createBackup',
    why: 'no server has so many backups, and no whole number is told apart from the next up there',
    covers: ({ body, weTake }) => !weTake && /"rotation":"?\d{10,}/.test(JSON.stringify(body)),
  },
  {
    of: 'POST /servers/:id/action unshelve',
    why: 'no host and no zone has a name of that form: 400 either way, as of one that there is not',
    covers: ({ weTake, minor }) => !weTake && minor >= 91,
  },
  {
    of: 'POST /servers/:id/remote-consoles',
    why: 'Novas before 2.96 know rdp, too: 400 either way, as a console that is not available',
    covers: ({ body, weTake }) => weTake && /rdp/.test(JSON.stringify(body)),
  },
  {
    of: 'PUT /flavors/:id/os-extra_specs/:id',
    why: 'the handler refuses more or less than the key of the path, in the words that Nova has for another key',
    covers: ({ weTake }) => weTake,
  },
  {
    of: 'PUT /servers/:id/metadata/:id',
    why: 'the handler refuses more or less than the key of the path, in the words that Nova has for another key',
    covers: ({ weTake }) => weTake,
  },
  ...['class_', ''].map(
    (kind): Difference => ({
      of: `PUT /os-quota-${kind ? 'class-' : ''}sets/:id`,
      why: "Nova's schema forgets to say that it is an object, and Nova fails when it is none",
      covers: ({ body, weTake }) => !weTake && !isObject(Object(body)[`quota_${kind}set`]),
    }),
  ),
];

/** Bodies of which Nova's description tells nothing. */
export const uncompared: Readonly<Record<string, string>> = {
  'POST /os-cells': 'gone from Nova',
  'PUT /os-cells/:id': 'gone from Nova',
  'POST /os-cells/sync_instances': 'gone from Nova',
  'POST /os-security-groups': 'Nova checks these in code: its schema is any object',
  'PUT /os-security-groups/:id': 'Nova checks these in code: its schema is any object',
  'POST /os-security-group-rules': 'Nova checks these in code: its schema is any object',
  'POST /os-floating-ips': 'Nova checks these in code: its schema is any object',
  'POST /servers/:id/action addSecurityGroup': 'Nova checks these in code: it has no schema',
  'POST /servers/:id/action removeSecurityGroup': 'Nova checks these in code: it has no schema',
  'POST /os-cells/explain': "Canopy's own",
  'PUT /os-cells/:id/hosts/:id': "Canopy's own",
};

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
