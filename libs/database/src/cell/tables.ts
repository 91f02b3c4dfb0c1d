/** Which of its tables a cell uses: those that stay empty are not asked. */
export interface CellTables {
  /** It has child cells. */
  readonly children: boolean;
  /** It has hosts of its own. */
  readonly hosts: boolean;
  /** It is the root: quota, action records, the mirror of hosts. */
  readonly top: boolean;
}
