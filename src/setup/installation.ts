/** An FRRouting that nodes can run. */
export interface FrrInstallation {
  /** The machine's own, or a copy in the user's cache. */
  readonly source: 'system' | 'private';
  /** Known for private copies; a system's is not asked, that would start a process. */
  readonly version: string | undefined;
  /** The folder of zebra, ospfd and the others. */
  readonly daemonsDir: string;
  readonly vtysh: string;
  /** For LD_LIBRARY_PATH of every program of `daemonsDir` and `binDirs`, and of vtysh. */
  readonly libraryPath: string | undefined;
  /** More folders for the PATH inside nodes, so that programs such as dig work even where the machine has none. */
  readonly binDirs: readonly string[];
  /** Set where it has a libc of its own: its programs run in this root folder, or by this dynamic loader. */
  readonly ownSystem?: OwnSystem | undefined;
}

/** A copy of packages of another release than the machine's. */
interface OwnSystem {
  readonly root: string;
  readonly loader: string;
}
