/** Something wrong in a topology file, where it stands, and what would be right. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: ProblemCode;
  readonly message: string;
  readonly hint: string;
}

export type ProblemCode =
  | 'NOT_TEXT'
  | 'YAML_SYNTAX'
  | 'YAML_ALIAS'
  | 'YAML_TAG'
  | 'FILE_TOO_LARGE'
  | 'FOREIGN_FORMAT'
  | 'UNSUPPORTED'
  | 'IGNORED'
  | 'PROPOSED'
  | 'UNKNOWN_KEY'
  | 'WRONG_TYPE'
  | 'BAD_VALUE'
  | 'BAD_NAME'
  | 'MISSING_KEY'
  | 'DUPLICATE_KEY'
  | 'DUPLICATE_INTERFACE'
  | 'DUPLICATE_ADDRESS'
  | 'DUPLICATE_INSTANCE'
  | 'UNKNOWN_NODE'
  | 'SELF_LINK'
  | 'SWITCH_LOOP'
  | 'BAD_ADDRESS'
  | 'BAD_PREFIX'
  | 'RESERVED_RANGE'
  | 'PREFIX_OVERLAP'
  | 'TOO_MANY'
  | 'ANYCAST_INSIDE_LINK'
  | 'INSTANCE_NOT_HOST'
  | 'INSTANCE_WITHOUT_ROUTER'
  | 'SHARED_ROUTER'
  | 'CLIENT_WITHOUT_ROUTER'
  | 'UNREACHABLE'
  | 'NOT_A_CLIENT'
  | 'NOT_AN_INSTANCE'
  | 'UNKNOWN_SERVICE'
  | 'BAD_TARGET'
  | 'BAD_STEP'
  | 'UNTRUSTED'
  | 'MORE_PROBLEMS';
